# The Worker on a laptop or on one server: `workerd serve` with its SQLite files on disk.
#
# Nothing here names a port or a directory: `cargo xtask serve` and the tests (crates/harness) give them with
# --socket-addr and --directory-path, and the settings as environment variables. By hand, from this directory:
#
#   OPERATOR_KEY=… PUBLIC_URL=https://… workerd serve workerd.capnp \
#     --socket-addr=http=127.0.0.1:8787 --directory-path=data=/var/lib/fidela --directory-path=assets=../build/assets \
#     --directory-path=mail=/var/lib/fidela/mail
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "edge", worker = .edge),
    (name = "data", disk = (writable = true)),
    (name = "assets", disk = (writable = false)),
    # Letters, where they are written as files (MAIL_FILES); an empty directory otherwise.
    (name = "mail", disk = (writable = true)),
    # Webhooks, mail and shop platforms, addresses in private networks excepted: a merchant chooses webhook
    # addresses, and must not reach what stands behind our firewall. The tests listen on this machine, and
    # open "private" with their own copy of this line.
    (name = "internet", network = (allow = ["public"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", address = "127.0.0.1:8787", http = (), service = "edge")],
);

const edge :Workerd.Worker = (
  compatibilityDate = "2026-04-01",
  modules = [
    (name = "index.js", esModule = embed "../build/edge/index.js"),
    (name = "index_bg.wasm", wasm = embed "../build/edge/index_bg.wasm"),
  ],
  bindings = [
    (name = "SHARD", durableObjectNamespace = "Shard"),
    (name = "STORE", durableObjectNamespace = "Store"),
    (name = "IMPORT", durableObjectNamespace = "Import"),
    (name = "DIRECTORY", durableObjectNamespace = "Directory"),
    (name = "ASSETS", service = "assets"),
    # The secret that creates stores.
    (name = "OPERATOR_KEY", fromEnvironment = "OPERATOR_KEY"),
    # "1" makes this a test server, which takes the time from a header.
    (name = "TEST_CLOCK", fromEnvironment = "TEST_CLOCK"),
    # What shoppers and merchants call this server, without a slash at the end.
    (name = "PUBLIC_URL", fromEnvironment = "PUBLIC_URL"),
    # "1" where "internet" has "private" too: then webhook endpoints may be http, on this machine.
    (name = "PRIVATE_NETWORK", fromEnvironment = "PRIVATE_NETWORK"),
    # Letters to shoppers (README): to a provider, or as files. None of both: no letters.
    (name = "MAIL_FROM", fromEnvironment = "MAIL_FROM"),
    (name = "MAIL_HTTP_URL", fromEnvironment = "MAIL_HTTP_URL"),
    (name = "MAIL_HTTP_TOKEN", fromEnvironment = "MAIL_HTTP_TOKEN"),
    # "1" writes them as files.
    (name = "MAIL_FILES", fromEnvironment = "MAIL_FILES"),
    # "1" shows these files to everybody at /mail. Never on a public server.
    (name = "MAIL_PAGE", fromEnvironment = "MAIL_PAGE"),
    (name = "MAIL", service = "mail"),
  ],
  globalOutbound = "internet",
  durableObjectNamespaces = [
    (className = "Shard", uniqueKey = "fidela-shard", enableSql = true),
    (className = "Store", uniqueKey = "fidela-store", enableSql = true),
    (className = "Import", uniqueKey = "fidela-import", enableSql = true),
    (className = "Directory", uniqueKey = "fidela-directory", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "data"),
);
