package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.galley.gatewayapi.GatewayApiObject.Listener;
import io.meltemi.galley.gatewayapi.ListenerTls;
import io.meltemi.galley.gatewayapi.ListenerTls.Mode;

/// Which listeners of the Gateway API have TLS, and which host names (rules in CEL of its schema).
/// Immutable.
final class ListenerTlsRules {
    /// Istio: one for each type of key.
    private static final int MOST_CERTIFICATES = 2;

    private ListenerTlsRules() {}

    static void validate(Listener listener, Findings findings) {
        FieldPath at = listener.at().field("tls");
        boolean plain = listener.protocol().equals("HTTP") || listener.protocol().equals("TCP");
        if (plain && listener.tls().isPresent()) {
            findings.judge(
                    Code.SCHEMA,
                    at,
                    "a listener of protocol %s has no tls: HTTPS and TLS have"
                            .formatted(listener.protocol()));
        }
        if (listener.protocol().equals("TLS") && listener.tls().isEmpty()) {
            findings.judge(
                    Code.SCHEMA, at, "a listener of protocol TLS must have tls with its mode");
        }
        if (listener.protocol().equals("HTTPS") && listener.tls().isEmpty()) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    listener.at(),
                    "a listener of protocol HTTPS without tls has no certificate and is not opened");
        }
        if (listener.protocol().equals("TCP") && listener.hostname().isPresent()) {
            findings.judge(
                    Code.SCHEMA,
                    listener.at().field("hostname"),
                    "a listener of protocol TCP has no hostname: nothing in a connection names one");
        }
        listener.tls().ifPresent(tls -> tls(tls, listener, findings));
    }

    private static void tls(ListenerTls tls, Listener listener, Findings findings) {
        if (listener.protocol().equals("HTTPS") && tls.mode() != Mode.TERMINATE) {
            findings.judge(
                    Code.SCHEMA,
                    tls.at().field("mode"),
                    "a listener of protocol HTTPS ends TLS: its mode is Terminate; TLS passes on");
        }
        boolean bare =
                tls.mode() == Mode.TERMINATE
                        && tls.certificates().isEmpty()
                        && tls.options().isEmpty();
        if (bare) {
            findings.judge(
                    Code.SCHEMA,
                    tls.at().field("certificateRefs"),
                    "certificateRefs or options must be written where TLS is ended");
        }
        if (tls.certificates().size() > MOST_CERTIFICATES) {
            findings.judge(
                    Code.NOT_SUPPORTED,
                    tls.at().field("certificateRefs"),
                    "more than %d certificates are not supported".formatted(MOST_CERTIFICATES));
        }
    }
}
