package io.meltemi.galley.gatewayapi;

/// One thing that holds of a document, or does not, and why. Immutable.
///
/// @param reason one of those that the Gateway API has for the type
public record ApiCondition(Type type, boolean holds, String reason, String message) {
    /// In the order in which they are shown.
    public enum Type {
        ACCEPTED("Accepted"),
        CONFLICTED("Conflicted"),
        RESOLVED_REFS("ResolvedRefs");

        private final String text;

        Type(String text) {
            this.text = text;
        }

        /// As the Gateway API writes it.
        public String text() {
            return text;
        }
    }

    static ApiCondition accepted() {
        return new ApiCondition(Type.ACCEPTED, true, "Accepted", "accepted");
    }

    static ApiCondition notAccepted(String reason, String message) {
        return new ApiCondition(Type.ACCEPTED, false, reason, message);
    }

    static ApiCondition noConflicts() {
        return new ApiCondition(
                Type.CONFLICTED, false, "NoConflicts", "no other listener is in its way");
    }

    static ApiCondition conflict(String reason, String message) {
        return new ApiCondition(Type.CONFLICTED, true, reason, message);
    }

    static ApiCondition resolved() {
        return new ApiCondition(
                Type.RESOLVED_REFS, true, "ResolvedRefs", "all references resolved");
    }

    static ApiCondition notResolved(String reason, String message) {
        return new ApiCondition(Type.RESOLVED_REFS, false, reason, message);
    }
}
