package io.meltemi.citadel.ca;

/// A request to the authority that is not answered.
public final class RefusedRequestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    public RefusedRequestException(String reason) {
        super(reason);
        this.reason = reason;
    }

    /// Why, in words for whoever asked.
    public String reason() {
        return reason;
    }
}
