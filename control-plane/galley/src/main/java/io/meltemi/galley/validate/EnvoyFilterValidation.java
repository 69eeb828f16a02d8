package io.meltemi.galley.validate;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.EnvoyFilter;
import io.meltemi.model.config.EnvoyFilter.ApplyTo;
import io.meltemi.model.config.EnvoyFilter.ConfigPatch;
import io.meltemi.model.config.EnvoyFilter.FilterClass;
import io.meltemi.model.config.EnvoyFilter.Operation;
import io.meltemi.model.config.EnvoyFilter.ProxyMatch;

/// The rules of an `EnvoyFilter`. Immutable.
final class EnvoyFilterValidation {
    /// Istio: longer ones are not compiled, and match no proxy.
    private static final int LONGEST_EXPRESSION = 1024;

    private EnvoyFilterValidation() {}

    static void validate(EnvoyFilter filter, Findings findings) {
        FieldPath spec = FieldPath.SPEC;
        FieldPath selector = spec.field("workloadSelector");
        NameRules.labels(filter.selector().matchLabels(), selector.field("labels"), findings);
        if (findings.isWritten(selector) && filter.selector().matchLabels().isEmpty()) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    selector,
                    "a selector without labels selects every workload of the namespace: leave it out, or write labels");
        }
        TargetRefRules.validate(filter.targetRefs(), "workloadSelector", findings);
        FieldPath patches = spec.field("configPatches");
        if (findings.isBroken(patches)) {
            // Patches that could not be read are left out: places in the list do not count.
            return;
        }
        for (int i = 0; i < filter.patches().size(); i++) {
            patch(filter.patches().get(i).value(), patches.item(i), findings);
        }
    }

    private static void patch(ConfigPatch patch, FieldPath path, Findings findings) {
        value(patch, path.field("patch"), findings);
        operation(patch, path.field("patch"), findings);
        FieldPath match = path.field("match");
        patch.match().proxy().ifPresent(p -> proxy(p, match.field("proxy"), findings));
        EnvoyFilterMatchRules.validate(patch, match, findings);
    }

    private static void value(ConfigPatch patch, FieldPath path, Findings findings) {
        if (patch.operation() != Operation.REMOVE && patch.value().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "%s needs a value: write what is to be %s"
                            .formatted(patch.operation(), done(patch.operation())));
        }
        if (patch.operation() == Operation.REMOVE && patch.value().isPresent()) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    path.field("value"),
                    "the value has no effect: REMOVE takes none");
        }
        if (patch.filterClass() != FilterClass.UNSPECIFIED
                && !(isFilter(patch.applyTo()) && patch.operation() == Operation.ADD)) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    path.field("filterClass"),
                    "filterClass has no effect: it says where ADD puts an HTTP_FILTER or a NETWORK_FILTER");
        }
    }

    private static boolean isFilter(ApplyTo applyTo) {
        return applyTo == ApplyTo.HTTP_FILTER || applyTo == ApplyTo.NETWORK_FILTER;
    }

    /// What Istio takes and leaves out; what its analyzers say, ours say.
    private static void operation(ConfigPatch patch, FieldPath path, Findings findings) {
        boolean isNothing =
                switch (patch.applyTo()) {
                    case EXTENSION_CONFIG ->
                            switch (patch.operation()) {
                                case ADD, INSERT_FIRST, INSERT_BEFORE, INSERT_AFTER -> false;
                                case MERGE, MERGE_AND_REPLACE_LIST, REMOVE, REPLACE -> true;
                            };
                    case LISTENER_FILTER, NETWORK_FILTER, HTTP_FILTER ->
                            patch.operation() == Operation.MERGE_AND_REPLACE_LIST;
                    case ROUTE_CONFIGURATION ->
                            switch (patch.operation()) {
                                case INSERT_FIRST, INSERT_BEFORE, INSERT_AFTER -> true;
                                case ADD, MERGE, MERGE_AND_REPLACE_LIST, REMOVE, REPLACE -> false;
                            };
                    case LISTENER, FILTER_CHAIN, VIRTUAL_HOST, HTTP_ROUTE, CLUSTER -> false;
                };
        if (isNothing) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    path.field("operation"),
                    "%s does nothing to a %s, as in Istio: use %s"
                            .formatted(
                                    patch.operation(),
                                    patch.applyTo(),
                                    patch.applyTo() == ApplyTo.EXTENSION_CONFIG ? "ADD" : "MERGE"));
        }
    }

    private static String done(Operation operation) {
        return switch (operation) {
            case MERGE, MERGE_AND_REPLACE_LIST -> "merged";
            case REPLACE -> "put instead";
            case ADD, REMOVE, INSERT_BEFORE, INSERT_AFTER, INSERT_FIRST -> "added";
        };
    }

    private static void proxy(ProxyMatch proxy, FieldPath path, Findings findings) {
        FieldPath version = path.field("proxyVersion");
        if (proxy.version().length() > LONGEST_EXPRESSION) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    version,
                    "the patch is for no proxy: proxyVersion has %d characters, more than %d"
                            .formatted(proxy.version().length(), LONGEST_EXPRESSION));
            return;
        }
        try {
            Pattern.compile(proxy.version());
        } catch (PatternSyntaxException e) {
            findings.judge(
                    Code.SCHEMA,
                    version,
                    "proxyVersion is no regular expression (RE2): " + e.getMessage());
        }
    }
}
