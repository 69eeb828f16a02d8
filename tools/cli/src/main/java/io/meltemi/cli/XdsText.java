package io.meltemi.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.meltemi.proxy.admin.Redaction;
import io.meltemi.proxy.config.Extensions;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/// Resources for people to read. Thread-safe: stateless.
final class XdsText {
    /// What people ask for; names have another way. Of secrets keys are not shown.
    private static final List<ResourceType> SHOWN =
            List.of(
                    ResourceType.CLUSTER,
                    ResourceType.ENDPOINT,
                    ResourceType.LISTENER,
                    ResourceType.ROUTE,
                    ResourceType.SECRET);

    private static final JsonFormat.Printer JSON =
            JsonFormat.printer().usingTypeRegistry(Extensions.shownRegistry());

    private static final Redaction REDACTION = new Redaction(Extensions.shownRegistry());

    private XdsText() {}

    enum Format {
        YAML,
        JSON
    }

    /// @param show `KIND` or `KIND/NAME`; none: everything
    /// @throws IllegalArgumentException when a kind or a name does not exist, saying which do
    static String of(XdsSnapshot snapshot, List<String> show, Format format) {
        List<XdsResource> chosen =
                (show.isEmpty() ? SHOWN.stream().map(XdsText::word).toList() : show)
                        .stream().flatMap(s -> chosen(snapshot, s).stream()).toList();
        return chosen.stream().map(r -> text(r, format)).collect(Collectors.joining());
    }

    private static List<XdsResource> chosen(XdsSnapshot snapshot, String show) {
        int slash = show.indexOf('/');
        ResourceType type = type(slash < 0 ? show : show.substring(0, slash));
        var all = new TreeMap<>(snapshot.of(type));
        if (slash < 0) {
            return List.copyOf(all.values());
        }
        XdsResource one = all.get(show.substring(slash + 1));
        if (one == null) {
            throw new IllegalArgumentException(
                    "there is no %s: the proxy has %s"
                            .formatted(
                                    show,
                                    all.isEmpty() ? "none" : String.join(", ", all.keySet())));
        }
        return List.of(one);
    }

    private static ResourceType type(String word) {
        String singular = word.toLowerCase(Locale.ROOT).replaceAll("s$", "");
        return SHOWN.stream()
                .filter(type -> word(type).equals(singular))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "--show '%s' is none of %s"
                                        .formatted(
                                                word,
                                                SHOWN.stream()
                                                        .map(XdsText::word)
                                                        .collect(Collectors.joining(", ")))));
    }

    private static String word(ResourceType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    /// One resource; of a secret without its key.
    static String text(XdsResource resource, Format format) {
        try {
            String json = JSON.print(REDACTION.clear(resource.body()));
            return switch (format) {
                case JSON -> json + "\n";
                case YAML -> yaml(json);
            };
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(resource.name(), e);
        }
    }

    static String yaml(String json) {
        DumpSettings settings =
                DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setExplicitStart(true)
                        .setWidth(120)
                        .build();
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(json);
        return new Dump(settings).dumpToString(tree);
    }
}
