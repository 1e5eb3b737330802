//! Who may see and do what: organisations, people, machines' keys, and the one table that decides.
//!
//! In: what somebody shows (a session, a key, nothing). Out: an [`Actor`], which every door asks before it does anything,
//! and from which it gets the [`Reach`] that its queries are kept to. Always holds: what isn't allowed in
//! [`permissions`] is refused; a record outside one's reach is answered as one that doesn't exist.

mod accounts;
mod actor;
pub mod directory;
pub mod keys;
pub mod limits;
pub mod links;
pub mod mask;
pub mod openid;
pub mod permissions;
mod role;
pub mod seal;
pub mod second_factor;
pub mod secret;
pub mod sessions;
pub mod subjects;

pub use actor::{Actor, Affiliation, Reach, Sight, Sources, Who};
pub use permissions::Action;
pub use role::{OrganisationKind, Role};
