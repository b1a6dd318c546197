# Signs a shopper token: ruby token.rb CUSTOMER_ID [VERIFIED_EMAIL [REFERRAL_CODE]]
require "json"
require "openssl"

def base64url(data)
  [data].pack("m0").tr("+/", "-_").delete("=")
end

def shopper_token(store_id, identity_secret, customer)
  now = Time.now.to_i
  claims = customer.merge(aud: store_id, iat: now, exp: now + 3600)
  signed = [{ alg: "HS256", typ: "JWT" }, claims].map { |part| base64url(JSON.generate(part)) }.join(".")
  "#{signed}.#{base64url(OpenSSL::HMAC.digest("SHA256", identity_secret, signed))}"
end

id, email, referral = ARGV
customer = { sub: id }
customer.update(email: email, email_verified: true) if email
customer.update(referral_code: referral) if referral
puts shopper_token(ENV.fetch("STORE"), ENV.fetch("IDENTITY_SECRET"), customer)
