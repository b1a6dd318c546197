//! Settings of a deployment.

use worker::Env;

/// A setting, or `None` where it is absent or empty: workerd and wrangler say "not set" in both ways.
pub(crate) fn var(env: &Env, name: &str) -> Option<String> {
    env.var(name).ok().map(|value| value.to_string()).filter(|value| !value.is_empty())
}
