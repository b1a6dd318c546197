<?php
// Checks an event: php verify-webhook.php ID TIMESTAMP SIGNATURE < the raw body

/** The event, or an exception where nobody of ours sent it. `$body` is the request's bytes, as they came. */
function verified(string $secret, string $id, string $timestamp, string $signature, string $body): array
{
    if (abs(time() - (int) $timestamp) > 300) {
        throw new UnexpectedValueException('too old, or from the future');
    }
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret), true);
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    foreach (explode(' ', $signature) as $one) {
        if (hash_equals($expected, $one)) {
            return json_decode($body, true, 512, JSON_THROW_ON_ERROR);
        }
    }
    throw new UnexpectedValueException('the signature is not ours');
}

try {
    $body = file_get_contents('php://stdin');
    $event = verified(getenv('WEBHOOK_SECRET'), $argv[1], $argv[2], $argv[3], $body);
    echo implode(' ', [$event['type'], $event['customer_id'] ?? '', $event['data']['points'] ?? '']), "\n";
} catch (UnexpectedValueException $error) {
    fwrite(STDERR, $error->getMessage() . "\n");
    exit(1);
}
