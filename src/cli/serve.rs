//! `bellwether serve`: the pages, the API, and the schedules.
//!
//! In: the configuration. Out: a server that runs until it is told to stop (SIGINT, SIGTERM). Always holds: the port is
//! taken and the database open before anything is said to run.

use super::{Settings, print};
use crate::app::App;
use crate::clock::Clock;
use crate::error::{AppError, Code};
use clap::Args;

/// Serve.
#[derive(Args)]
pub struct Serve {
    /// The port, instead of the configuration's
    #[arg(long)]
    port: Option<u16>,
}

impl Serve {
    /// Serves until it is told to stop.
    ///
    /// # Errors
    /// A configuration with mistakes, a port in use, a database out of reach.
    pub async fn run(&self, settings: &Settings) -> Result<(), AppError> {
        let mut config = settings.config()?;
        if let Some(port) = self.port {
            config.listen.set_port(port);
        }
        let listener = crate::server::listen(config.listen)?;
        let app = App::open(config, Clock::System)?;
        app.mailer.check()?;
        app.declare()?;
        serve_until_stopped(app, listener, true).await
    }
}

/// Serves on the listener, with or without the schedules.
pub async fn serve_until_stopped(app: App, listener: std::net::TcpListener, scheduled: bool) -> Result<(), AppError> {
    let address = listener
        .local_addr()
        .map_err(|e| AppError::new(Code::PortInUse, format!("The server can't tell its address: {e}."), ""))?;
    let server = crate::server::serve(app.clone(), listener)?;
    let deliverer = tokio::spawn(crate::communications::deliver_when_woken(app.clone()));
    let scheduler = if scheduled { Some(crate::jobs::start(&app).await?) } else { None };
    print(&format!("Serving on http://{address}/ (database {}). Stop with Ctrl-C.\n", app.store.shown()));
    let served = server.await;
    if let Some(mut scheduler) = scheduler {
        // What runs has its lease and its transaction: stopping in the middle loses nothing.
        let _ = scheduler.shutdown().await;
    }
    // The letter at hand is finished: cut off, nobody could tell whether it has arrived.
    app.postbox.close();
    let _ = deliverer.await;
    served.map_err(|e| AppError::new(Code::Unexpected, format!("The server stopped: {e}."), ""))
}
