package io.meltemi.server.trust;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.citadel.sender.Proof;
import io.meltemi.citadel.service.IssueEvent;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Locale;
import java.util.StringJoiner;

/// What became of a request for a certificate, as a JSON object without line breaks. It holds
/// nothing secret: neither keys nor tokens.
final class IssueLine {
    private static final int MAX_REASON_CHARS = 500;

    private IssueLine() {}

    static String of(Instant at, IssueEvent event) {
        StringJoiner fields = new StringJoiner(",", "{", "}");
        field(fields, "time", at.toString());
        switch (event) {
            case IssueEvent.Issued(var identity, var proof, var chain) -> {
                sender(fields, "issued", identity, proof);
                X509Certificate leaf = chain.leaf();
                field(fields, "serial", leaf.getSerialNumber().toString(16));
                field(fields, "key", leaf.getPublicKey().getAlgorithm());
                field(fields, "issuer", leaf.getIssuerX500Principal().getName());
                field(fields, "valid_until", leaf.getNotAfter().toInstant().toString());
            }
            case IssueEvent.Unproven(var reason) -> {
                field(fields, "outcome", "unproven");
                field(fields, "reason", reason);
            }
            case IssueEvent.Limited(var identity, var proof) ->
                    sender(fields, "limited", identity, proof);
            case IssueEvent.Refused(var identity, var proof, var reason) -> {
                sender(fields, "refused", identity, proof);
                field(fields, "reason", reason);
            }
        }
        return fields.toString();
    }

    private static void sender(StringJoiner fields, String outcome, SpiffeId id, Proof proof) {
        field(fields, "outcome", outcome);
        field(fields, "identity", id.toString());
        field(fields, "proof", proof.name().toLowerCase(Locale.ROOT));
    }

    private static void field(StringJoiner fields, String name, String value) {
        fields.add("\"" + name + "\":\"" + escaped(value) + "\"");
    }

    /// The reason of a refusal may quote what a stranger sent.
    private static String escaped(String value) {
        StringBuilder text = new StringBuilder();
        value.chars()
                .limit(MAX_REASON_CHARS)
                .forEach(c -> {
                    if (c == '"' || c == '\\') {
                        text.append('\\').append((char) c);
                    } else if (c < ' ' || c == 0x7f) {
                        text.append(String.format(Locale.ROOT, "\\u%04x", c));
                    } else {
                        text.append((char) c);
                    }
                });
        return text.toString();
    }
}
