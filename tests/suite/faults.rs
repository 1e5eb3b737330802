//! What may go wrong around the program: it is killed, its disk is full, its database goes away, its sources hang, break
//! off or send bombs.
//!
//! Each test asks the same: a clear error with a stable code and what to do next, nothing lost and nothing twice, the
//! service up, and the next good run as if nothing had been. What single parts do with bad bytes stands beside them
//! (`src/feeds`), and files that people send by mistake in `bad_input`.

mod kills;
