//! A throw-away PostgreSQL for this test process, and a fresh database in it for each test.
//!
//! In: an installed server (`initdb` and `postgres` on the path or in the usual folders). Out: database URLs. Always
//! holds: the server listens on a socket in a folder of its own only, and is stopped and removed when this process ends,
//! however it ends; as root it runs as `postgres` or `nobody`, because PostgreSQL refuses to run as root.

use bellwether::store::Store;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Speed over durability: the data lives for one run of the tests.
const SETTINGS: [&str; 9] = [
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=300",
    "shared_buffers=64MB",
    "autovacuum=off",
    "timezone=UTC",
    "log_min_messages=fatal",
];
/// Runs the server for as long as the tests' process lives.
const SUPERVISOR: &str = r#"folder=$1; tests=$2; shift 2; "$@" & server=$!
while kill -0 "$tests" 2>/dev/null && kill -0 $server 2>/dev/null; do sleep 0.5; done
kill -INT $server 2>/dev/null; wait $server; rm -rf "$folder""#;
/// The template that every test's database is copied from: migrated once.
const TEMPLATE: &str = "migrated";

/// The folder with `initdb` and `postgres`: on the path, or where packages put it, newest first.
fn programs() -> Option<PathBuf> {
    let complete = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    let mut packaged: Vec<(u32, PathBuf)> = ["/usr/lib/postgresql", "/usr", "/opt/homebrew/opt"]
        .iter()
        .flat_map(|root| std::fs::read_dir(root).into_iter().flatten().flatten())
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.rsplit(['-', '@']).next()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    packaged.sort();
    folders.extend(packaged.into_iter().rev().map(|(_, folder)| folder));
    folders
        .into_iter()
        .find(complete)
        .and_then(|folder| std::fs::canonicalize(folder.join("initdb")).ok()?.parent().map(Path::to_path_buf))
}

/// The user and group to run as, when we are root.
fn unprivileged() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let passwd = std::fs::read_to_string("/etc/passwd").ok()?;
    ["postgres", "nobody"].iter().find_map(|wanted| {
        let line = passwd.lines().find(|line| line.split(':').next() == Some(wanted))?;
        let fields: Vec<&str> = line.split(':').collect();
        Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
    })
}

struct Cluster {
    folder: PathBuf,
}

impl Cluster {
    fn url(&self, database: &str) -> String {
        format!("postgres://test@/{database}?host={}", self.folder.display())
    }

    fn start() -> Option<Cluster> {
        let programs = programs()?;
        let user = unprivileged();
        // Short: a socket's path has at most 107 bytes.
        let folder = std::env::temp_dir().join(format!("bwt-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder).unwrap();
        if let Some((uid, gid)) = user {
            chown(&folder, Some(uid), Some(gid)).unwrap();
        }
        let files = folder.join("files");
        let mut initdb = Command::new(programs.join("initdb"));
        initdb.args(["-N", "-A", "trust", "-U", "test", "-E", "UTF8", "--locale=C", "-D"]).arg(&files);
        initdb.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null());
        if let Some((uid, gid)) = user {
            initdb.uid(uid).gid(gid);
        }
        assert!(initdb.status().unwrap().success(), "initdb failed");
        let mut server = Command::new("setsid");
        server.args(["sh", "-c", SUPERVISOR, "supervisor"]).arg(&folder).arg(std::process::id().to_string());
        if let Some((uid, gid)) = user {
            server.args(["setpriv", &format!("--reuid={uid}"), &format!("--regid={gid}"), "--clear-groups"]);
        }
        server.arg(programs.join("postgres")).arg("-D").arg(&files).arg("-k").arg(&folder);
        for setting in SETTINGS {
            server.args(["-c", setting]);
        }
        server.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        #[allow(clippy::zombie_processes, reason = "the supervisor outlives this process, and watches it")]
        server.spawn().unwrap();
        let cluster = Cluster { folder };
        let started = Instant::now();
        while let Err(refused) = cluster.run("postgres", "SELECT 1", &programs) {
            assert!(started.elapsed() < Duration::from_secs(60), "PostgreSQL did not start: {refused}");
            std::thread::sleep(Duration::from_millis(50));
        }
        cluster.run("postgres", &format!("CREATE DATABASE {TEMPLATE}"), &programs).unwrap();
        drop(Store::open(&cluster.url(TEMPLATE), 1).unwrap());
        Some(cluster)
    }

    /// Runs one statement by `psql`, which comes with the server.
    fn run(&self, database: &str, statement: &str, programs: &Path) -> Result<(), String> {
        let psql = programs.join("psql");
        let psql = if psql.is_file() { psql } else { PathBuf::from("psql") };
        let ran = Command::new(psql)
            .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", "test", "-d", database, "-c", statement, "-h"])
            .arg(&self.folder)
            .output()
            .map_err(|e| e.to_string())?;
        if ran.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&ran.stderr).into_owned()) }
    }
}

/// The URL of a fresh, migrated database; none where no PostgreSQL is installed (an error when the suite needs it).
pub fn fresh() -> Option<String> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    let Some(cluster) = CLUSTER.get_or_init(Cluster::start) else {
        let needed = std::env::var_os("BELLWETHER_TESTS_NEED_ALL").is_some();
        assert!(!needed, "no PostgreSQL server was found, and tests/run needs one");
        eprintln!("SKIPPED: no PostgreSQL server is installed; tests/run installs one");
        return None;
    };
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let programs = programs()?;
    // Copying a template refuses while another copy of it is being made.
    let started = Instant::now();
    let create = format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}");
    while let Err(refused) = cluster.run("postgres", &create, &programs) {
        assert!(started.elapsed() < Duration::from_secs(60), "no database for the test: {refused}");
        std::thread::sleep(Duration::from_millis(50));
    }
    Some(cluster.url(&name))
}
