package io.meltemi.citadel.ca;

/// A certificate request that is not answered; the message says why.
public final class RefusedRequestException extends Exception {
    private static final long serialVersionUID = 1L;

    public RefusedRequestException(String message) {
        super(message);
    }
}
