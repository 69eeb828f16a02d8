package io.meltemi.galley.decode;

import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.Telemetry;
import io.meltemi.model.config.Telemetry.AccessLogging;
import io.meltemi.model.config.Telemetry.CustomTag;
import io.meltemi.model.config.Telemetry.Mode;
import io.meltemi.model.config.Telemetry.Tracing;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Reads a `Telemetry`. Immutable.
final class TelemetryDecoder {
    private TelemetryDecoder() {}

    static Telemetry decode(Metadata metadata, ObjectReader spec) {
        spec.list("metrics", TelemetryDecoder::metrics);
        return new Telemetry(
                metadata,
                SelectorDecoder.decode(spec),
                TargetRefsDecoder.decode(spec),
                spec.list("accessLogging", TelemetryDecoder::accessLogging),
                spec.list("tracing", TelemetryDecoder::tracing));
    }

    /// Served as they are: Prometheus' standard metrics.
    private static boolean metrics(ObjectReader metrics) {
        metrics.notYet("overrides", "reportingInterval");
        if (!List.of("prometheus").containsAll(providers(metrics))) {
            metrics.unsupported("providers", "a provider of metrics but prometheus");
        }
        return true;
    }

    private static AccessLogging accessLogging(ObjectReader logging) {
        logging.notYet("filter");
        return new AccessLogging(
                providers(logging), mode(logging), logging.bool("disabled").orElse(false));
    }

    private static Tracing tracing(ObjectReader tracing) {
        tracing.notYet("disableContextPropagation", "useRequestIdForTraceSampling");
        Optional<SortedMap<String, CustomTag>> tags =
                tracing.has("customTags") ? Optional.of(customTags(tracing)) : Optional.empty();
        return new Tracing(
                providers(tracing),
                mode(tracing),
                tracing.number("randomSamplingPercentage"),
                tracing.bool("disableSpanReporting"),
                tags,
                tracing.bool("enableIstioTags"));
    }

    private static SortedMap<String, CustomTag> customTags(ObjectReader tracing) {
        SortedMap<String, CustomTag> tags = new TreeMap<>();
        tracing.map("customTags", TelemetryDecoder::customTag)
                .forEach((name, tag) -> tag.ifPresent(t -> tags.put(name, t)));
        return tags;
    }

    private static Optional<CustomTag> customTag(ObjectReader tag) {
        tag.notYet("formatter");
        tag.exclusive(List.of("literal", "environment", "header"));
        Optional<CustomTag> literal =
                tag.object("literal", l -> new CustomTag.Literal(l.requiredString("value")));
        Optional<CustomTag> header =
                tag.object(
                        "header",
                        h -> new CustomTag.Header(h.requiredString("name"), otherwise(h)));
        Optional<CustomTag> environment =
                tag.object(
                        "environment",
                        e -> new CustomTag.Environment(e.requiredString("name"), otherwise(e)));
        return Stream.of(literal, header, environment).flatMap(Optional::stream).findFirst();
    }

    private static Optional<String> otherwise(ObjectReader tag) {
        return tag.string("defaultValue").filter(v -> !v.isEmpty());
    }

    private static List<String> providers(ObjectReader reader) {
        return reader.list("providers", provider -> provider.requiredString("name"));
    }

    private static Mode mode(ObjectReader reader) {
        Optional<Optional<Mode>> match = reader.object("match", m -> m.choice("mode", Mode.class));
        return match.flatMap(mode -> mode).orElse(Mode.CLIENT_AND_SERVER);
    }
}
