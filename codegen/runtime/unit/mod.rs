//! What the runtime promises, tried on types written as the generator writes them.

mod tables;
