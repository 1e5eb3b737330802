//! Drop folders: each new file is a run, oldest first, once by its bytes; what was read is remembered.

use crate::support::{OUTCOMES, REGISTER, World, on_both};
use bellwether::app::App;
use bellwether::auth::Sources;
use bellwether::clock::{Clock, noon};
use bellwether::config::Config;
use bellwether::ingest::{RunReport, Trigger, pull};
use bellwether::jobs;
use bellwether::triage::{self, RunStatus};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

on_both!(
    new_files_are_read_oldest_first_and_once,
    files_that_were_read_are_moved_where_the_feed_says_so,
    a_folder_is_looked_into_when_it_is_due,
);

struct Inbox {
    app: App,
    folder: PathBuf,
}

impl Inbox {
    fn new(world: &World, more: &str) -> Inbox {
        world.register(REGISTER);
        let folder = world.folder.path().join("inbox");
        std::fs::create_dir_all(&folder).unwrap();
        let declared = format!(
            "[[feed]]\nid = \"dropped\"\ntitle = \"Dropped\"\nsource = \"audit_outcomes\"\ncovers = \"all\"\n\
             schedule = \"*/5 * * * *\"\nlocation = {{ folder = {folder:?}, pattern = \"*.csv\"{more} }}\n"
        );
        let mut config = (*world.app.config).clone();
        config.feeds = Config::parse(&declared, "inbox.toml").unwrap().feeds;
        let app = App::open(config, Clock::standing_at(noon(crate::support::TODAY))).unwrap();
        app.declare().unwrap();
        Inbox { app, folder }
    }

    fn drop(&self, name: &str, text: &str, seconds_ago: u64) {
        let path = self.folder.join(name);
        std::fs::write(&path, text).unwrap();
        let file = std::fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(seconds_ago)).unwrap();
    }

    async fn look(&self) -> Vec<RunReport> {
        let feed = self.app.feed("dropped").unwrap().clone();
        pull(&self.app, &feed, Trigger::Command).await.unwrap()
    }

    fn runs(&self) -> Vec<(RunStatus, String)> {
        let runs = triage::runs_of(&self.app.store, &Sources::All, Some("dropped"), (None, 100)).unwrap();
        runs.into_iter().rev().map(|run| (run.status, run.trigger)).collect()
    }
}

async fn new_files_are_read_oldest_first_and_once(world: World) {
    let inbox = Inbox::new(&world, "");
    assert!(inbox.look().await.is_empty());
    let corrected = OUTCOMES.replace("magnificent", "unqualified");
    inbox.drop("a-later.csv", &corrected, 60);
    inbox.drop("b-earlier.csv", OUTCOMES, 90);
    inbox.drop("broken.csv", "nothing,of,use\n1,2,3\n", 30);
    inbox.drop("half.csv.part", OUTCOMES, 60);
    let reports = inbox.look().await;
    assert_eq!(reports.len(), 2, "{reports:?}");
    assert_eq!((reports[0].rejected, reports[1].rejected), (1, 0), "the older file first");
    let folder = "folder".to_owned();
    let applied = (RunStatus::Applied, folder.clone());
    assert_eq!(inbox.runs(), [applied.clone(), applied.clone(), (RunStatus::Failed, folder)]);
    // Looked at again: nothing. The same bytes under another name, or touched: nothing.
    inbox.drop("again.csv", OUTCOMES, 10);
    inbox.drop("a-later.csv", &corrected, 20);
    assert!(inbox.look().await.is_empty());
    assert!(inbox.folder.join("a-later.csv").exists(), "files stay in place");
    // Other bytes under a known name are a new file.
    inbox.drop("a-later.csv", &format!("{corrected}\n"), 20);
    assert_eq!(inbox.look().await.len(), 1);
}

async fn files_that_were_read_are_moved_where_the_feed_says_so(world: World) {
    let inbox = Inbox::new(&world, ", move_away = true");
    inbox.drop("good.csv", OUTCOMES, 60);
    inbox.drop("page.csv", "<!doctype html><html></html>", 50);
    assert_eq!(inbox.look().await.len(), 1);
    assert!(inbox.folder.join("done/good.csv").exists());
    assert!(inbox.folder.join("failed/page.csv").exists());
    assert!(!inbox.folder.join("good.csv").exists() && !inbox.folder.join("page.csv").exists());
    // A name that is taken there overwrites nothing.
    inbox.drop("good.csv", &OUTCOMES.replace("magnificent", "unqualified"), 40);
    assert_eq!(inbox.look().await.len(), 1);
    assert_eq!(std::fs::read_dir(inbox.folder.join("done")).unwrap().count(), 2);
}

async fn a_folder_is_looked_into_when_it_is_due(world: World) {
    let inbox = Inbox::new(&world, "");
    inbox.drop("one.csv", OUTCOMES, 60);
    inbox.drop("two.csv", &OUTCOMES.replace("magnificent", "unqualified"), 30);
    let name = bellwether::ingest::schedule_name("dropped");
    let store = &inbox.app.store;
    let minute_ago = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(1);
    store.write(|connection| bellwether::store::feeds::make_due(connection, &name, minute_ago)).unwrap();
    jobs::tick(&inbox.app).await;
    assert_eq!(inbox.runs().len(), 2);
    let next = triage::feeds(&inbox.app, &Sources::All)
        .unwrap()
        .into_iter()
        .find(|line| line.id == "dropped")
        .unwrap()
        .next_due;
    assert!(next.unwrap() > jiff::Timestamp::now(), "it is due again later");
    jobs::tick(&inbox.app).await;
    assert_eq!(inbox.runs().len(), 2);
}
