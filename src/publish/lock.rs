//! One build at a time for each output folder.

#[cfg(unix)]
use std::fs;
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};

use super::error::{At, PublishError};
use super::target::Target;

/// Held while a build writes. The operating system lets go of it when the process ends, however that happens, so a
/// crash leaves at most an empty-handed file behind.
#[derive(Debug)]
pub(super) struct Lock {
    /// Open for as long as the lock is held.
    _file: File,
    #[cfg(unix)]
    path: std::path::PathBuf,
}

impl Lock {
    /// Takes the lock, or says who has it.
    pub(super) fn try_take(target: &Target) -> Result<Self, PublishError> {
        loop {
            let mut file = open(target)?;
            match file.try_lock() {
                Ok(()) if is_current(&file, target)? => return Self::held(file, target),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(PublishError::Busy { out: target.shown.clone(), process: holder(&mut file) });
                }
                Err(TryLockError::Error(error)) => return Err(error).at("lock", &target.lock),
            }
        }
    }

    /// Takes the lock as soon as it is free.
    pub(super) fn wait(target: &Target) -> Result<Self, PublishError> {
        loop {
            let file = open(target)?;
            file.lock().at("lock", &target.lock)?;
            if is_current(&file, target)? {
                return Self::held(file, target);
            }
        }
    }

    fn held(mut file: File, target: &Target) -> Result<Self, PublishError> {
        // For the message that another build prints meanwhile.
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .at("write", &target.lock)?;
        Ok(Self {
            _file: file,
            #[cfg(unix)]
            path: target.lock.clone(),
        })
    }
}

/// Where it can be told whether a locked file is still the one at its path, the file goes with the lock; elsewhere it
/// stays, a few bytes beside the site, because a build that waits could otherwise lock a file that is gone.
#[cfg(unix)]
impl Drop for Lock {
    fn drop(&mut self) {
        // Still locked. If it cannot be removed it is left for the next build, which takes it as it is.
        drop(fs::remove_file(&self.path));
    }
}

fn open(target: &Target) -> Result<File, PublishError> {
    File::options().read(true).write(true).create(true).truncate(false).open(&target.lock).at("open", &target.lock)
}

/// The process that wrote its number there. Only for a message: Windows lets nobody read a locked file.
fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// Whether the locked file is the one that the next build would open.
#[cfg(unix)]
fn is_current(file: &File, target: &Target) -> Result<bool, PublishError> {
    use std::os::unix::fs::MetadataExt;
    let held = file.metadata().at("look at", &target.lock)?;
    match fs::metadata(&target.lock) {
        Ok(named) => Ok((named.dev(), named.ino()) == (held.dev(), held.ino())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).at("look at", &target.lock),
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn is_current(_file: &File, _target: &Target) -> Result<bool, PublishError> {
    Ok(true)
}
