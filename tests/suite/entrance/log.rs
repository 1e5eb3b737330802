//! The program itself, as it is installed: no door, and nothing secret in its log even for who asks for all of it.

use super::browser::Browser;
use crate::command_line::told;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};

/// The program serving, until the test ends.
struct Serving {
    child: Child,
    base: String,
    log: Arc<Mutex<String>>,
    reader: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bellwether"));
    command.current_dir(folder).env_remove("BELLWETHER_DATABASE_URL").env_remove("BELLWETHER_CONFIG");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder).args(arguments).output().unwrap()
}

impl Serving {
    fn start(folder: &Path) -> Serving {
        let mut serve = command(folder);
        serve.args(["serve", "--port", "0"]).env("BELLWETHER_LOG", "trace");
        let mut child = serve.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (written, mut stderr) = (log.clone(), child.stderr.take().unwrap());
        let reader = std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = stderr.read(&mut bytes) {
                written.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        });
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let base = said.split_whitespace().find(|word| word.starts_with("http://"));
        let base = base.unwrap_or_else(|| panic!("it did not start: {said}\n{}", log.lock().unwrap()));
        Serving { base: base.trim_end_matches('/').to_owned(), child, log, reader: Some(reader) }
    }

    /// Stops it; gives all that it logged.
    fn stop(mut self) -> String {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        assert!(self.child.wait().unwrap().success());
        self.reader.take().unwrap().join().unwrap();
        self.log.lock().unwrap().clone()
    }
}

/// A folder with NALC, an administrator, and letters that go into files.
fn installed() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mail = "[mail]\nfrom = \"Bellwether <no-reply@example.org>\"\nfolder = \"letters\"\n";
    std::fs::write(folder.path().join("bellwether.toml"), mail).unwrap();
    told(&run(folder.path(), &["admin", "organisation", "add", "nalc", "--name", "NALC", "--kind", "nalc"]));
    told(&run(
        folder.path(),
        &[
            "admin",
            "person",
            "add",
            "head@example.org",
            "--name",
            "Example Head",
            "--organisation",
            "nalc",
            "--role",
            "administrator",
        ],
    ));
    folder
}

/// The text of the first letter that is written into the folder.
async fn letter(folder: &Path) -> String {
    let letters = folder.join("letters");
    let written = async {
        loop {
            let file = std::fs::read_dir(&letters).ok().and_then(|mut files| files.next()).and_then(Result::ok);
            if let Some(file) = file.filter(|file| file.path().extension().is_some_and(|kind| kind == "eml")) {
                return std::fs::read_to_string(file.path()).unwrap();
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), written).await.expect("no letter was written")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_sign_in_leaves_no_secret_in_the_log() {
    let folder = installed();
    let serving = Serving::start(folder.path());
    let browser = Browser::new(&serving.base);
    let page = browser.get("/sign-in").await;
    let mut secrets = vec![page.form_token(), browser.cookie("bellwether-form").unwrap()];
    let asked = [("form_token", page.form_token()), ("email", "head@example.org".to_owned())];
    let asked = asked.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(browser.post("/sign-in", &asked).await.status, 200);
    let text = crate::support::smtp::Taken { from: String::new(), to: Vec::new(), text: letter(folder.path()).await };
    let text = text.body();
    let (_, rest) = text.split_once("/sign-in/link?token=").unwrap();
    let link: String = rest.chars().take_while(|c| !c.is_whitespace()).collect();
    let page = browser.get(&format!("/sign-in/link?token={link}")).await;
    let fields = [("form_token", page.form_token()), ("token", link.clone())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(browser.post("/sign-in/link", &fields).await.leads_to(), "/");
    secrets.extend([link, browser.cookie("bellwether").unwrap()]);

    let enrol = browser.get("/sign-in/second-factor/enrol").await;
    let by_hand = enrol.text.split("<code class=\"shown-once\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let base32 = by_hand.replace(' ', "");
    let secret = totp_rs::Secret::try_from_base32(&base32).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap();
    let code = totp.generate(now).to_string();
    secrets.extend([by_hand, base32, format!("code={code}")]);
    let token = enrol.form_token();
    let confirmed = browser.post("/sign-in/second-factor/enrol", &[("form_token", &token), ("code", &code)]).await;
    let codes: Vec<&str> =
        confirmed.text.split("<li><code>").skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
    assert_eq!(codes.len(), 10, "{}", confirmed.text);
    secrets.extend(codes.into_iter().map(str::to_owned));
    secrets.push(token);

    let key = [("form_token", enrol.form_token())];
    let key = key.each_ref().map(|(name, value)| (*name, value.as_str()));
    let fields = [key[0], ("name", "a test's"), ("role", "read_only"), ("days", "30")];
    let issued = browser.post("/organisations/nalc/keys", &fields).await;
    let at = issued.text.find("bw_").unwrap_or_else(|| panic!("{}: {}", issued.status, issued.text));
    let key: String =
        issued.text[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || "_-".contains(*c)).collect();
    let bearer = format!("Bearer {key}");
    let stranger = Browser::new(&serving.base);
    assert_eq!(stranger.get_with("/api/v1/councils", &[("authorization", &bearer)]).await.status, 200);
    stranger.get_with("/api/v1/councils", &[("authorization", "Bearer bw_aaaaaaaa_wrong-key-of-somebody")]).await;
    secrets.extend([key.splitn(3, '_').nth(2).unwrap().to_owned(), "wrong-key-of".to_owned()]);
    // What goes wrong on the way may be told, and the path of it; never the query.
    stranger.get("/sign-in/link?token=a-link-that-nobody-drew").await;
    stranger.get("/sign-in/openid/none/return?code=a-providers-code&state=a-state").await;
    secrets.extend(["a-link-that-nobody-drew", "a-providers-code", "a-state"].map(str::to_owned));
    assert_eq!(browser.post("/sign-out", &[("form_token", &enrol.form_token())]).await.leads_to(), "/sign-in");

    let log = serving.stop();
    assert!(log.contains("TRACE") && log.lines().count() > 20, "everything was asked for:\n{log}");
    for secret in &secrets {
        let found: Vec<&str> = log.lines().filter(|line| line.contains(secret.as_str())).collect();
        assert_eq!(found, Vec::<&str>::new(), "{secret} is in the log");
    }
    assert!(!log.contains("head@example.org"), "nor is somebody's address");
}

/// Makes the demo's example users in that folder's database.
fn settled(folder: &Path) -> Vec<i64> {
    let text = format!("database = \"sqlite:{}\"\n", folder.join("bellwether.db").display());
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = bellwether::config::Config::parse(&text, "test.toml").unwrap();
    let app = bellwether::app::App::open(config, bellwether::clock::Clock::System).unwrap();
    let examples = bellwether::demo::people::examples(&app).unwrap();
    assert!(examples.len() > 3, "{examples:?}");
    examples.into_iter().map(|example| example.person).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_has_no_door() {
    let folder = tempfile::tempdir().unwrap();
    let mail = "[mail]\nfrom = \"Bellwether <no-reply@example.org>\"\nfolder = \"letters\"\n";
    std::fs::write(folder.path().join("bellwether.toml"), mail).unwrap();
    // Not even on a database in which a demo has made its example users.
    let examples = settled(folder.path());
    let serving = Serving::start(folder.path());
    let browser = Browser::new(&serving.base);
    assert_eq!(browser.get("/").await.leads_to(), "/sign-in");
    let page = browser.get("/sign-in").await;
    for person in examples {
        let be = [("form_token", page.form_token()), ("person", person.to_string())];
        let be = be.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(browser.post("/demo/be", &be).await.status, 404);
    }
    assert_eq!(browser.post("/demo/be", &[]).await.status, 404);
    assert_eq!(browser.get("/demo/be").await.status, 404);
    assert_eq!(browser.cookie("bellwether"), None);
    assert_eq!(browser.get("/account").await.leads_to(), "/sign-in?then=%2Faccount");
    serving.stop();
}
