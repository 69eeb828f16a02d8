package io.meltemi.registry.catalog;

/// A registration that is not taken; the message says why.
public final class RefusedRegistrationException extends Exception {
    private static final long serialVersionUID = 1L;

    public RefusedRegistrationException(String message) {
        super(message);
    }
}
