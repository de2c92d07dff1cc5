//! Keeps the process's memory to itself, before anything secret is in it.
//!
//! No core file is written when ramptop dies, and on Linux and Android no other process of the same
//! user may read its memory or attach a debugger; root still may. Elsewhere than on Unix nothing is
//! done: Windows writes no dumps of a process unless an administrator set that up.

/// Forbids core dumps and, on Linux, reading the memory from outside. What the system refuses is
/// left as it is: that is no reason not to start.
pub fn forbid_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_system_writes_no_core_and_lets_nobody_read() {
        use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};
        forbid_dumps();
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
        let limit = getrlimit(Resource::Core);
        assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
    }
}
