package io.meltemi.galley.validate;

import com.google.re2j.Pattern;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.Metadata;
import java.util.List;
import java.util.Map;

/// What names and labels may look like (Kubernetes: RFC 1123 labels and subdomains). Immutable.
final class NameRules {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern LABEL_PART =
            Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final int LONGEST_NAME = 253;

    private NameRules() {}

    static boolean isDnsLabel(String text) {
        return LABEL.matches(text);
    }

    static boolean isDnsSubdomain(String text) {
        if (text.length() > LONGEST_NAME) {
            return false;
        }
        for (String label : text.split("\\.", -1)) {
            if (!isDnsLabel(label)) {
                return false;
            }
        }
        return true;
    }

    static void metadata(Metadata metadata, Findings findings) {
        if (!isDnsSubdomain(metadata.name())) {
            findings.judge(
                    Code.SCHEMA,
                    FieldPath.METADATA.field("name"),
                    "name '%s' is not valid: lower-case letters, digits, '-' and '.' only"
                            .formatted(metadata.name()));
        }
        if (!isDnsLabel(metadata.namespace())) {
            findings.judge(
                    Code.SCHEMA,
                    FieldPath.METADATA.field("namespace"),
                    "namespace '%s' is not a DNS label: lower-case letters, digits and '-' only"
                            .formatted(metadata.namespace()));
        }
        labels(metadata.labels(), FieldPath.METADATA.field("labels"), findings);
    }

    /// Labels that workloads carry or are selected by.
    static void labels(Map<String, String> labels, FieldPath path, Findings findings) {
        labels.forEach((key, value) -> {
            if (!isLabelKey(key)) {
                findings.judge(
                        Code.SCHEMA,
                        path.field(key),
                        "label name '%s' is not valid".formatted(key));
            }
            if (!value.isEmpty() && !LABEL_PART.matches(value)) {
                findings.judge(
                        Code.SCHEMA,
                        path.field(key),
                        "label value '%s' is not valid: letters, digits, '-', '_' and '.', at most 63 (wildcards are not known here)"
                                .formatted(value));
            }
        });
    }

    /// The namespaces that see a resource: names, `.` for its own, `*` for all.
    ///
    /// @param home the resource's own
    static void exportTo(List<String> namespaces, String home, FieldPath path, Findings findings) {
        for (int i = 0; i < namespaces.size(); i++) {
            String namespace = namespaces.get(i);
            if (!namespace.equals(".") && !namespace.equals("*") && !isDnsLabel(namespace)) {
                findings.judge(
                        Code.SCHEMA,
                        path.item(i),
                        "'%s' is no namespace: expected a name, '.' (this namespace) or '*' (all)"
                                .formatted(namespace));
            }
        }
        if (namespaces.size() > 1 && namespaces.contains("*")) {
            findings.judge(
                    Code.SCHEMA, path, "'*' means all namespaces: nothing can stand beside it");
        }
        if (namespaces.stream().map(n -> n.equals(".") ? home : n).distinct().count()
                < namespaces.size()) {
            findings.judge(Code.SCHEMA, path, "a namespace stands in exportTo twice");
        }
    }

    /// A gateway as virtual services name it.
    static void gateway(String gateway, FieldPath path, Findings findings) {
        int slash = gateway.indexOf('/');
        boolean valid =
                slash < 0
                        ? isDnsSubdomain(gateway)
                        : isDnsLabel(gateway.substring(0, slash))
                                && isDnsSubdomain(gateway.substring(slash + 1));
        if (!valid) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "gateway '%s' is not valid: expected NAME, NAMESPACE/NAME or mesh"
                            .formatted(gateway));
        }
    }

    private static boolean isLabelKey(String key) {
        int slash = key.indexOf('/');
        return slash < 0
                ? LABEL_PART.matches(key)
                : isDnsSubdomain(key.substring(0, slash))
                        && LABEL_PART.matches(key.substring(slash + 1));
    }
}
