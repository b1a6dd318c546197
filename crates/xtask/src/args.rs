//! Command-line arguments: a few flags and values, not enough of them for a library.

use anyhow::{Context, Result, bail};

/// What has not been taken yet.
#[derive(Debug)]
pub(crate) struct Args(Vec<String>);

impl Args {
    /// What follows `cargo xtask`.
    pub(crate) fn from_env() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    /// Takes `--name`; whether it was there.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|arg| arg != name);
        self.0.len() < before
    }

    /// Takes `--name VALUE` or `--name=VALUE`.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<String>> {
        if let Some(at) = self.0.iter().position(|arg| arg == name) {
            if at + 1 >= self.0.len() || self.0[at + 1].starts_with("--") {
                bail!("{name} wants a value");
            }
            self.0.remove(at);
            return Ok(Some(self.0.remove(at)));
        }
        let prefix = format!("{name}=");
        let at = self.0.iter().position(|arg| arg.starts_with(&prefix));
        Ok(at.map(|at| self.0.remove(at)[prefix.len()..].to_owned()))
    }

    /// Takes the first argument.
    pub(crate) fn positional(&mut self) -> Option<String> {
        if self.0.is_empty() { None } else { Some(self.0.remove(0)) }
    }

    /// Takes the next argument, which has to be there.
    pub(crate) fn required(&mut self, what: &str) -> Result<String> {
        self.positional().with_context(|| format!("missing: {what}"))
    }

    /// Takes all that is left.
    pub(crate) fn rest(self) -> Vec<String> {
        self.0
    }

    /// Refuses what nobody took, so that a slip is told and not passed over.
    pub(crate) fn done(self) -> Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some(arg) => bail!("`{arg}` means nothing here: `cargo xtask help` lists what does"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Args;

    fn args(words: &[&str]) -> Args {
        Args(words.iter().map(|&word| word.to_owned()).collect())
    }

    #[test]
    fn flags_values_and_slips() {
        let mut given = args(&["--port", "1", "--no-shop", "--data=d"]);
        assert!(given.flag("--no-shop"));
        assert_eq!(given.value("--port").ok().flatten().as_deref(), Some("1"));
        assert_eq!(given.value("--data").ok().flatten().as_deref(), Some("d"));
        assert!(given.done().is_ok());
        assert!(args(&["--prot", "1"]).done().is_err());
        assert!(args(&["--port", "--no-shop"]).value("--port").is_err());
    }
}
