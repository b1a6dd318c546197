// Cloudflare's own module is asked for only where there is a binding to send with: workerd by itself has none of it.
export async function sendEmail(binding, from, to, raw) {
  const { EmailMessage } = await import("cloudflare:email");
  await binding.send(new EmailMessage(from, to, raw));
}
