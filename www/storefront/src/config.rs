//! What the shop is told from outside: where Fidela is, which store it is there, and its keys.

use std::path::PathBuf;

/// Why the shop cannot start, as a sentence that says what to do.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum ConfigError {
    /// A variable is absent or empty.
    #[error("{name} is not set. Set it to {what} and start the shop again.")]
    Missing {
        /// The variable.
        name: &'static str,
        /// What belongs into it.
        what: &'static str,
    },
    /// A variable is there, but cannot be used.
    #[error("{name} is \"{value}\", which does not work here: it has to be {what}.")]
    Unusable {
        /// The variable.
        name: &'static str,
        /// What was found in it.
        value: String,
        /// What belongs into it.
        what: &'static str,
    },
}

/// Everything a merchant gets from Fidela, and where the shop itself lives.
#[derive(Clone)]
pub(crate) struct Config {
    /// Base address of the edge without a trailing slash, such as `http://127.0.0.1:8787`.
    pub(crate) fidela_url: String,
    /// Scheme, host and port of the edge: what a content security policy names.
    pub(crate) fidela_origin: String,
    /// The store's public id (`st_…`).
    pub(crate) store: String,
    /// The merchant's key (`sk_…`); never leaves this process except towards Fidela.
    pub(crate) secret_key: String,
    /// Signs shopper tokens; the string's bytes are the key.
    pub(crate) identity_secret: String,
    /// The port on 127.0.0.1 that the shop listens on.
    pub(crate) port: u16,
    /// The directory that keeps the shop's state.
    pub(crate) data_dir: PathBuf,
}

impl Config {
    /// Reads the environment of the process.
    pub(crate) fn from_env() -> Result<Self, ConfigError> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads any lookup, so that tests need no process environment.
    fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let need = |name, what| {
            let value = lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
            value.ok_or(ConfigError::Missing { name, what })
        };
        let url = need("FIDELA_URL", "the address of the Fidela edge, such as http://127.0.0.1:8787")?;
        let unusable = || ConfigError::Unusable {
            name: "FIDELA_URL",
            value: url.clone(),
            what: "an address such as http://127.0.0.1:8787 (plain HTTP: the demo shop is built without TLS)",
        };
        let parsed = reqwest::Url::parse(&url).map_err(|_| unusable())?;
        if parsed.scheme() != "http" || parsed.host().is_none() {
            return Err(unusable());
        }
        let port = need("SHOP_PORT", "the port the shop listens on, such as 3000")?;
        let port = port.parse().map_err(|_| ConfigError::Unusable {
            name: "SHOP_PORT",
            value: port,
            what: "a number from 0 to 65535",
        })?;
        Ok(Self {
            fidela_url: url.trim_end_matches('/').to_owned(),
            fidela_origin: parsed.origin().ascii_serialization(),
            store: need("FIDELA_STORE", "the store's id (st_…), as the creation of the store answered it")?,
            secret_key: need("FIDELA_SECRET_KEY", "one of the store's secret keys (sk_…)")?,
            identity_secret: need("FIDELA_IDENTITY_SECRET", "the store's identity secret")?,
            port,
            data_dir: need("SHOP_DATA", "a directory where the shop may keep its carts and orders")?.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, ConfigError};

    fn lookup(name: &str) -> Option<String> {
        let value = match name {
            "FIDELA_URL" => "http://127.0.0.1:8787/",
            "FIDELA_STORE" => "st_1",
            "FIDELA_SECRET_KEY" => "sk_1",
            "FIDELA_IDENTITY_SECRET" => "secret",
            "SHOP_PORT" => "3000",
            "SHOP_DATA" => "data",
            _ => return None,
        };
        Some(value.to_owned())
    }

    #[test]
    fn reads_what_is_there() {
        let config = Config::from_lookup(lookup).expect("a whole environment");
        assert_eq!(config.fidela_url, "http://127.0.0.1:8787");
        assert_eq!(config.fidela_origin, "http://127.0.0.1:8787");
        assert_eq!(config.port, 3000);
    }

    #[test]
    fn says_what_is_missing() {
        let without = Config::from_lookup(|name| if name == "FIDELA_STORE" { None } else { lookup(name) });
        let error = without.err().expect("no store");
        assert!(matches!(error, ConfigError::Missing { name: "FIDELA_STORE", .. }));
        assert!(error.to_string().starts_with("FIDELA_STORE is not set."));
    }

    #[test]
    fn refuses_an_address_it_cannot_call() {
        let https = |name: &str| match name {
            "FIDELA_URL" => Some("https://edge.example".to_owned()),
            _ => lookup(name),
        };
        assert!(matches!(Config::from_lookup(https), Err(ConfigError::Unusable { name: "FIDELA_URL", .. })));
    }
}
