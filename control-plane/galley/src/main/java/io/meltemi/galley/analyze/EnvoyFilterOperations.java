package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.EnvoyFilter;
import io.meltemi.model.config.EnvoyFilter.ApplyTo;
import io.meltemi.model.config.EnvoyFilter.ChainMatch;
import io.meltemi.model.config.EnvoyFilter.ConfigPatch;
import io.meltemi.model.config.EnvoyFilter.FilterMatch;
import io.meltemi.model.config.EnvoyFilter.ListenerMatch;
import io.meltemi.model.config.PlainValue;
import io.meltemi.model.diagnostic.Severity;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/// Operations of EnvoyFilters that do nothing, or depend on what other EnvoyFilters did before.
/// Immutable.
///
/// Istio's analyzer says of three operations that nothing comes of them, though Istio performs
/// them: those are warnings here. What it leaves out is an error.
final class EnvoyFilterOperations implements Analyzer {
    private static final Set<ApplyTo> REPLACED =
            EnumSet.of(ApplyTo.HTTP_FILTER, ApplyTo.NETWORK_FILTER, ApplyTo.VIRTUAL_HOST);

    @Override
    public void analyze(AnalysisInput input) {
        // Names of filters that an earlier patch knows for some versions of proxies only.
        Set<String> versioned = new HashSet<>();
        for (Item<EnvoyFilter> item : input.all(EnvoyFilter.class)) {
            EnvoyFilter filter = item.resource();
            FieldPath patches = FieldPath.SPEC.field("configPatches");
            for (int i = 0; i < filter.patches().size(); i++) {
                ConfigPatch patch = filter.patches().get(i).value();
                FieldPath at = patches.item(i).field("patch").field("operation");
                patch(patch, at, versioned, item);
                boolean isVersioned =
                        patch.match().proxy().map(p -> !p.version().isEmpty()).orElse(false);
                if (isVersioned) {
                    versioned.add(name(patch));
                }
            }
        }
    }

    private static void patch(
            ConfigPatch patch, FieldPath at, Set<String> versioned, Item<EnvoyFilter> item) {
        switch (patch.operation()) {
            case INSERT_BEFORE, INSERT_AFTER -> relative(patch, at, versioned, item);
            case REPLACE -> {
                if (REPLACED.contains(patch.applyTo())) {
                    relative(patch, at, versioned, item);
                } else {
                    replace(patch, at, item);
                }
            }
            case ADD -> add(patch, at, item);
            case REMOVE -> {
                if (patch.applyTo() == ApplyTo.ROUTE_CONFIGURATION
                        || patch.applyTo() == ApplyTo.HTTP_ROUTE) {
                    remove(patch, at, item);
                } else {
                    relative(patch, at, versioned, item);
                }
            }
            case MERGE, MERGE_AND_REPLACE_LIST, INSERT_FIRST -> {}
        }
    }

    private static void replace(ConfigPatch patch, FieldPath at, Item<EnvoyFilter> item) {
        if (patch.applyTo() == ApplyTo.LISTENER_FILTER) {
            item.findings()
                    .judge(
                            Code.REPLACE_OF_NO_FILTER,
                            Severity.WARNING,
                            at,
                            "Istio's documentation has no REPLACE of a LISTENER_FILTER: REMOVE and ADD are sure to work");
        } else if (patch.applyTo() != ApplyTo.EXTENSION_CONFIG) {
            item.findings()
                    .judge(
                            Code.REPLACE_OF_NO_FILTER,
                            at,
                            "REPLACE does nothing to a %s, only to an HTTP_FILTER, a NETWORK_FILTER or a VIRTUAL_HOST: use MERGE, or REMOVE and ADD"
                                    .formatted(patch.applyTo()));
        }
    }

    private static void add(ConfigPatch patch, FieldPath at, Item<EnvoyFilter> item) {
        if (patch.applyTo() == ApplyTo.HTTP_ROUTE) {
            item.findings()
                    .judge(
                            Code.ADD_WITHOUT_EFFECT,
                            Severity.WARNING,
                            at,
                            "ADD puts a route behind all others, where a route for every path hides it: use INSERT_FIRST or INSERT_BEFORE");
        } else if (patch.applyTo() == ApplyTo.ROUTE_CONFIGURATION) {
            item.findings()
                    .judge(
                            Code.ADD_WITHOUT_EFFECT,
                            at,
                            "ADD does nothing to a ROUTE_CONFIGURATION: use MERGE");
        }
    }

    private static void remove(ConfigPatch patch, FieldPath at, Item<EnvoyFilter> item) {
        if (patch.applyTo() == ApplyTo.HTTP_ROUTE) {
            item.findings()
                    .judge(
                            Code.REMOVE_WITHOUT_EFFECT,
                            Severity.WARNING,
                            at,
                            "Istio's documentation has no REMOVE of an HTTP_ROUTE: changing the VirtualService is sure to work");
        } else {
            item.findings()
                    .judge(
                            Code.REMOVE_WITHOUT_EFFECT,
                            at,
                            "REMOVE does nothing to a ROUTE_CONFIGURATION: remove its VIRTUAL_HOSTs");
        }
    }

    private static void relative(
            ConfigPatch patch, FieldPath at, Set<String> versioned, Item<EnvoyFilter> item) {
        if (item.resource().priority() != 0) {
            return;
        }
        if (versioned.contains(name(patch))) {
            item.findings()
                    .judge(
                            Code.RELATIVE_PATCH_OF_VERSION,
                            at,
                            "%s depends on what another patch of this filter, for some versions of proxies, has done before: give the EnvoyFilter a priority"
                                    .formatted(patch.operation()));
        } else {
            item.findings()
                    .judge(
                            Code.RELATIVE_PATCH,
                            at,
                            "%s depends on what other EnvoyFilters have done before: give the EnvoyFilter a priority"
                                    .formatted(patch.operation()));
        }
    }

    /// What Istio's analyzer takes for the filter's name.
    private static String name(ConfigPatch patch) {
        if (!(patch.value().orElse(new PlainValue.Nothing())
                instanceof PlainValue.Fields(var fields))) {
            return "";
        }
        if (fields.get("name") instanceof PlainValue.Text(String name)) {
            return name;
        }
        return patch.match().object() instanceof ListenerMatch listener
                ? listener.chain().flatMap(ChainMatch::filter).map(FilterMatch::name).orElse("")
                : "";
    }
}
