package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.EnvoyFilter;
import io.meltemi.model.config.EnvoyFilter.AnyObject;
import io.meltemi.model.config.EnvoyFilter.ApplyTo;
import io.meltemi.model.config.EnvoyFilter.ConfigPatch;
import io.meltemi.model.config.EnvoyFilter.Context;
import io.meltemi.model.config.EnvoyFilter.FilterClass;
import io.meltemi.model.config.EnvoyFilter.Match;
import io.meltemi.model.config.EnvoyFilter.Operation;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.PlainValue;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.config.WorkloadSelector;
import java.util.List;
import java.util.Optional;

/// Reads an `EnvoyFilter`. Immutable.
final class EnvoyFilterDecoder {
    /// Every patch is looked at for every object that it could be for.
    private static final int MOST_PATCHES = 200;

    private EnvoyFilterDecoder() {}

    static EnvoyFilter decode(Metadata metadata, ObjectReader spec) {
        spec.exclusive(List.of("workloadSelector", "targetRefs"));
        Optional<WorkloadSelector> selector =
                spec.object("workloadSelector", s -> new WorkloadSelector(s.stringMap("labels")));
        List<Sourced<ConfigPatch>> patches =
                spec.list("configPatches", EnvoyFilterDecoder::patch).stream()
                        .flatMap(Optional::stream)
                        .toList();
        if (patches.size() > MOST_PATCHES) {
            spec.findings()
                    .unread(
                            Code.TOO_LARGE,
                            spec.path().field("configPatches"),
                            "%d patches are more than %d: write several EnvoyFilters"
                                    .formatted(patches.size(), MOST_PATCHES));
            patches = List.of();
        }
        return new EnvoyFilter(
                metadata,
                selector.orElse(WorkloadSelector.ALL),
                TargetRefsDecoder.list(spec),
                spec.integer("priority").orElse(0),
                patches);
    }

    private static Optional<Sourced<ConfigPatch>> patch(ObjectReader reader) {
        Optional<ApplyTo> applyTo = applyTo(reader);
        Match match =
                reader.object("match", EnvoyFilterMatchDecoder::match)
                        .orElse(new Match(Context.ANY, Optional.empty(), new AnyObject()));
        Optional<Change> change = reader.object("patch", EnvoyFilterDecoder::change);
        if (change.isEmpty()) {
            reader.missing("patch");
        }
        if (applyTo.isEmpty() || change.flatMap(Change::operation).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Sourced<>(
                        new ConfigPatch(
                                applyTo.get(),
                                match,
                                change.flatMap(Change::operation).get(),
                                change.get().filterClass(),
                                change.flatMap(Change::value)),
                        reader.findings().at(reader.path())));
    }

    private static Optional<ApplyTo> applyTo(ObjectReader reader) {
        if (!reader.has("applyTo")) {
            reader.missing("applyTo");
        }
        if (reader.string("applyTo").filter("BOOTSTRAP"::equals).isPresent()) {
            reader.findings()
                    .unread(
                            Code.NOT_SUPPORTED,
                            reader.path().field("applyTo"),
                            "applyTo BOOTSTRAP is not supported: a proxy has its bootstrap before it asks for configuration; change the file that it starts with");
            return Optional.empty();
        }
        return reader.choice("applyTo", ApplyTo.class);
    }

    private record Change(
            Optional<Operation> operation, FilterClass filterClass, Optional<PlainValue> value) {}

    private static Change change(ObjectReader reader) {
        if (!reader.has("operation")) {
            reader.missing("operation");
        }
        return new Change(
                reader.choice("operation", Operation.class),
                reader.choice("filterClass", FilterClass.class).orElse(FilterClass.UNSPECIFIED),
                reader.plain("value"));
    }
}
