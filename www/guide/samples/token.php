<?php
// Signs a shopper token: php token.php CUSTOMER_ID [VERIFIED_EMAIL [REFERRAL_CODE]]

function base64url(string $data): string
{
    return rtrim(strtr(base64_encode($data), '+/', '-_'), '=');
}

function shopper_token(string $storeId, string $identitySecret, array $customer): string
{
    $now = time();
    $claims = $customer + ['aud' => $storeId, 'iat' => $now, 'exp' => $now + 3600];
    $header = ['alg' => 'HS256', 'typ' => 'JWT'];
    $signed = base64url(json_encode($header)) . '.' . base64url(json_encode($claims, JSON_THROW_ON_ERROR));
    return $signed . '.' . base64url(hash_hmac('sha256', $signed, $identitySecret, true));
}

$customer = ['sub' => $argv[1]];
if (isset($argv[2])) {
    $customer += ['email' => $argv[2], 'email_verified' => true];
}
if (isset($argv[3])) {
    $customer += ['referral_code' => $argv[3]];
}
echo shopper_token(getenv('STORE'), getenv('IDENTITY_SECRET'), $customer), "\n";
