package io.meltemi.galley.finding;

import io.meltemi.model.diagnostic.Severity;
import java.util.Arrays;

/// Every kind of finding Galley can report, with the code users see. Immutable.
///
/// Codes are never reused. `IST` codes are Istio's, where the check is the same.
public enum Code {
    REFERENCED_RESOURCE_NOT_FOUND("IST0101", Severity.ERROR),
    SCHEMA("IST0106", Severity.ERROR),
    CONFLICTING_MESH_HOSTS("IST0109", Severity.ERROR),
    CONFLICTING_SIDECARS("IST0110", Severity.WARNING),
    SEVERAL_SIDECARS("IST0111", Severity.WARNING),
    PORT_NAME("IST0118", Severity.INFO),
    NO_AUTHORITIES("IST0128", Severity.WARNING),
    NO_AUTHORITIES_OF_PORT("IST0129", Severity.WARNING),
    UNREACHABLE_RULE("IST0130", Severity.WARNING),
    INEFFECTIVE_MATCH("IST0131", Severity.INFO),
    HOST_NOT_IN_GATEWAY("IST0132", Severity.WARNING),
    ADDRESSES_REQUIRED("IST0134", Severity.WARNING),
    DUPLICATE_GATEWAY_CERTIFICATE("IST0138", Severity.WARNING),
    CONFLICTING_GATEWAYS("IST0145", Severity.ERROR),
    CLAIM_ROUTE_WITHOUT_TOKENS("IST0149", Severity.WARNING),
    RELATIVE_PATCH("IST0151", Severity.WARNING),
    REPLACE_OF_NO_FILTER("IST0152", Severity.ERROR),
    ADD_WITHOUT_EFFECT("IST0153", Severity.ERROR),
    REMOVE_WITHOUT_EFFECT("IST0154", Severity.ERROR),
    RELATIVE_PATCH_OF_VERSION("IST0155", Severity.WARNING),
    TELEMETRY_WITHOUT_PROVIDER("IST0157", Severity.WARNING),
    CONFLICTING_TELEMETRIES("IST0159", Severity.ERROR),
    SEVERAL_TELEMETRIES("IST0160", Severity.ERROR),
    INVALID_GATEWAY_CREDENTIAL("IST0161", Severity.ERROR),
    UNKNOWN_DESTINATION_RULE_HOST("IST0174", Severity.WARNING),
    CONFLICTING_PROTOCOLS("IST0177", Severity.WARNING),
    SYNTAX("MEL0001", Severity.ERROR),
    UNREADABLE("MEL0002", Severity.ERROR),
    TOO_LARGE("MEL0003", Severity.ERROR),
    UNKNOWN_KIND("MEL0004", Severity.ERROR),
    KIND_NOT_SUPPORTED("MEL0005", Severity.ERROR),
    UNKNOWN_FIELD("MEL0006", Severity.ERROR),
    NOT_SUPPORTED("MEL0007", Severity.ERROR),
    WRONG_TYPE("MEL0008", Severity.ERROR),
    MISSING_FIELD("MEL0009", Severity.ERROR),
    DUPLICATE("MEL0010", Severity.ERROR),
    WITHOUT_EFFECT("MEL0011", Severity.WARNING),
    ALLOWS_NOTHING("MEL0012", Severity.INFO),
    TOKEN_NEVER_CHECKED("MEL0013", Severity.WARNING),
    AMBIGUOUS("MEL0014", Severity.WARNING),
    NOT_FOR_A_MESH("MEL0015", Severity.INFO),
    ROUTE_NOT_ACCEPTED("MEL0016", Severity.WARNING),
    REFERENCE_NOT_RESOLVED("MEL0017", Severity.WARNING),
    KIND_NOT_INSTALLED("MEL0019", Severity.INFO),
    NOT_FOLLOWED("MEL0020", Severity.WARNING),
    CHANGED_SINCE("MEL0021", Severity.ERROR),
    NOT_STORED("MEL0022", Severity.ERROR);

    private final String text;
    private final Severity severity;

    Code(String text, Severity severity) {
        this.text = text;
        this.severity = severity;
    }

    /// As it is printed, e.g. `IST0101`.
    public String text() {
        return text;
    }

    /// Whether a caller may leave it out: what looks wrong beside others, not what could not be
    /// read.
    ///
    /// @param found how bad it is here
    boolean isSuppressible(Severity found) {
        return found != Severity.ERROR || (text.startsWith("IST") && this != SCHEMA);
    }

    /// The finding that is printed so.
    static Code of(String text) {
        return Arrays.stream(values())
                .filter(code -> code.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no finding has the code " + text));
    }

    /// How bad it is unless the finding says otherwise.
    public Severity severity() {
        return severity;
    }
}
