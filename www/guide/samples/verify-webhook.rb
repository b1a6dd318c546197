# Checks an event: ruby verify-webhook.rb ID TIMESTAMP SIGNATURE < the raw body
require "json"
require "openssl"

# The event, or an error where nobody of ours sent it. `body` is the request's bytes, as they came.
def verified(secret, id, timestamp, signature, body)
  raise ArgumentError, "too old, or from the future" if (Time.now.to_i - Integer(timestamp)).abs > 300

  key = secret.delete_prefix("whsec_").unpack1("m")
  digest = OpenSSL::HMAC.digest("SHA256", key, "#{id}.#{timestamp}.".b + body)
  expected = "v1,#{[digest].pack("m0")}"
  genuine = signature.split.any? { |one| OpenSSL.secure_compare(one, expected) }
  raise ArgumentError, "the signature is not ours" unless genuine

  JSON.parse(body)
end

begin
  event = verified(ENV.fetch("WEBHOOK_SECRET"), *ARGV, $stdin.binmode.read)
  puts [event["type"], event["customer_id"], event["data"]["points"]].join(" ")
rescue ArgumentError => error
  abort error.message
end
