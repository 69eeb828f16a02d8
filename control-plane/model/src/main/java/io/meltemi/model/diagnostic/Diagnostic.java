package io.meltemi.model.diagnostic;

/// One finding about the user's configuration: data, never thrown. Immutable.
///
/// @param code Istio's code (`IST0101`) where the check is the same, else one of ours (`MEL0003`)
/// @param message names the thing, the value, the reason and what to do, in one line
public record Diagnostic(String code, Severity severity, Origin origin, String message) {
    /// As people read it: `shop.yaml:12:3: error MEL0003: ...`.
    @Override
    public String toString() {
        return origin
                + ": "
                + severity.name().toLowerCase(java.util.Locale.ROOT)
                + " "
                + code
                + ": "
                + message;
    }
}
