//! A database that the tests look into while the listener writes it.

use std::sync::{Arc, Mutex, PoisonError};

use ramptop::store::Store;
use ramptop::sync::receiver::{Books, Gone};

/// The database, shared.
#[derive(Debug, Clone)]
pub struct SharedStore(Arc<Mutex<Store>>);

impl SharedStore {
    /// Over an open database.
    pub fn new(store: Store) -> Self {
        Self(Arc::new(Mutex::new(store)))
    }

    /// Does `work` with the store; blocks.
    pub fn with<R>(&self, work: impl FnOnce(&mut Store) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Books for SharedStore {
    async fn call<R, F>(&self, work: F) -> Result<R, Gone>
    where
        R: Send + 'static,
        F: FnOnce(&mut Store) -> R + Send + 'static,
    {
        let books = self.clone();
        tokio::task::spawn_blocking(move || books.with(work)).await.map_err(|_| Gone)
    }
}
