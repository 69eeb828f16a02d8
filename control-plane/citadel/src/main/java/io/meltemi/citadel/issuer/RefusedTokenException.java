package io.meltemi.citadel.issuer;

/// A token that proves nothing.
final class RefusedTokenException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    RefusedTokenException(String reason) {
        super(reason);
        this.reason = reason;
    }

    /// Why, without the token.
    String reason() {
        return reason;
    }
}
