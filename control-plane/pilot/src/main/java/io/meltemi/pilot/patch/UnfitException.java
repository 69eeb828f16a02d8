package io.meltemi.pilot.patch;

import java.io.Serial;

/// A patch cannot be applied to what it is for; the message goes on after "it would ...".
final class UnfitException extends Exception {
    @Serial private static final long serialVersionUID = 1;

    UnfitException(String reason) {
        super(reason);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
