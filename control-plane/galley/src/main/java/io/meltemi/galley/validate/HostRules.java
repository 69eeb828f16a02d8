package io.meltemi.galley.validate;

import com.google.re2j.Pattern;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import java.util.Locale;
import java.util.Optional;

/// What hosts and addresses may look like. Immutable.
final class HostRules {
    private static final Pattern FIRST_LABEL =
            Pattern.compile("\\*|(\\*-)?[a-z0-9]([-a-z0-9_]{0,61}[a-z0-9])?");
    private static final Pattern NEXT_LABEL =
            Pattern.compile("[a-z0-9]([-a-z0-9_]{0,61}[a-z0-9])?");
    private static final Pattern IPV4 =
            Pattern.compile(
                    "((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)\\.){3}(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)");
    private static final Pattern IPV6_LETTERS = Pattern.compile("[0-9a-fA-F:.]{2,45}");
    private static final Pattern PREFIX_LENGTH = Pattern.compile("0|[1-9][0-9]{0,2}");
    private static final int LONGEST = 255;

    private HostRules() {}

    /// A host that may begin with a wildcard: `*`, `*.example.com`, `reviews`.
    static void wildcardDomain(String host, FieldPath path, Findings findings) {
        problem(host).ifPresent(p -> findings.judge(Code.SCHEMA, path, p));
    }

    /// The same; an address will do as well.
    static void wildcardDomainOrAddress(String host, FieldPath path, Findings findings) {
        if (!isAddress(host)) {
            wildcardDomain(host, path, findings);
        }
    }

    /// A host without wildcards.
    static void exactDomain(String host, FieldPath path, Findings findings) {
        if (host.startsWith("*")) {
            findings.judge(
                    Code.SCHEMA, path, "host '%s': a wildcard cannot be called".formatted(host));
        } else if (!isAddress(host)) {
            wildcardDomain(host, path, findings);
        }
    }

    private static Optional<String> problem(String host) {
        if (host.isEmpty()) {
            return Optional.of("domain name is empty");
        }
        if (host.length() > LONGEST) {
            return Optional.of("domain name is longer than " + LONGEST + " characters");
        }
        String[] labels = withoutFinalDot(host).toLowerCase(Locale.ROOT).split("\\.", -1);
        if (!FIRST_LABEL.matches(labels[0])) {
            return Optional.of(
                    labels[0].startsWith("*")
                            ? "partial wildcard '%s' not allowed: a wildcard stands for whole labels"
                                    .formatted(host)
                            : "domain name '%s' is not valid (label '%s')"
                                    .formatted(host, labels[0]));
        }
        for (int i = 1; i < labels.length; i++) {
            if (!NEXT_LABEL.matches(labels[i])) {
                return Optional.of(
                        "domain name '%s' is not valid (label '%s')".formatted(host, labels[i]));
            }
        }
        return Optional.empty();
    }

    private static String withoutFinalDot(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    static void subnet(String text, FieldPath path, Findings findings) {
        if (!isSubnet(text)) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "'%s' is neither an address nor a block such as 10.0.0.0/8".formatted(text));
        }
    }

    /// An address, or a block of them as CIDR writes it: `10.0.0.0/8`.
    static boolean isSubnet(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return isAddress(text);
        }
        String address = text.substring(0, slash);
        String bits = text.substring(slash + 1);
        int most = address.indexOf(':') < 0 ? 32 : 128;
        return isAddress(address) && PREFIX_LENGTH.matches(bits) && Integer.parseInt(bits) <= most;
    }

    static boolean isAddress(String text) {
        if (IPV4.matches(text)) {
            return true;
        }
        if (text.indexOf(':') < 0 || !IPV6_LETTERS.matches(text)) {
            return false;
        }
        try {
            // Digits and colons alone: nothing that could be looked up.
            var _ = java.net.InetAddress.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
