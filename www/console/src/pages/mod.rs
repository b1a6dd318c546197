//! A directory for each area of the menu. What an area needs of another is in `ui` or in the API.

pub mod imports;
pub mod invitations;
pub mod look;
pub mod missing;
pub mod missions;
pub mod overview;
pub mod program;
pub mod reports;
pub mod settings;
pub mod shoppers;
pub mod sign_in;
pub mod start;
