package io.meltemi.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// What the system said of a file, in words: exceptions of java.nio often carry its path alone.
/// Thread-safe: no state.
final class FileFailure {
    private FileFailure() {}

    static String words(FileSystemException e) {
        String reason =
                switch (e) {
                    case AccessDeniedException _ -> "permission denied";
                    case NoSuchFileException _ -> "no such file or folder";
                    case FileAlreadyExistsException _ -> "something else is there already";
                    default -> e.getReason() == null ? e.toString() : e.getReason();
                };
        return e.getFile() + ": " + reason;
    }
}
