package io.meltemi.proxy.observe.tracing;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.type.metadata.v3.MetadataKey;
import io.envoyproxy.envoy.type.tracing.v3.CustomTag;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.accesslog.MetadataText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Tags that configuration adds to spans and log entries. Immutable.
public final class CustomTags {
    public static final CustomTags NONE = new CustomTags(List.of());

    private final List<Tag> tags;

    private CustomTags(List<Tag> tags) {
        this.tags = List.copyOf(tags);
    }

    private record Tag(String name, Function<ExchangeRecord, @Nullable String> value) {}

    /// @param environment what tags of the kind `environment` read
    /// @throws IllegalArgumentException naming the tag that is not supported
    public static CustomTags compile(List<CustomTag> tags, Map<String, String> environment) {
        List<Tag> compiled = new ArrayList<>();
        for (CustomTag tag : tags) {
            compiled.add(new Tag(tag.getTag(), value(tag, environment)));
        }
        return new CustomTags(compiled);
    }

    /// Gives each tag that has a value; Envoy leaves out empty ones.
    public void apply(ExchangeRecord record, BiConsumer<String, String> to) {
        for (Tag tag : tags) {
            String value = tag.value.apply(record);
            if (value != null && !value.isEmpty()) {
                to.accept(tag.name, value);
            }
        }
    }

    private static Function<ExchangeRecord, @Nullable String> value(
            CustomTag tag, Map<String, String> environment) {
        return switch (tag.getTypeCase()) {
            case LITERAL -> {
                String literal = tag.getLiteral().getValue();
                yield _ -> literal;
            }
            case ENVIRONMENT -> {
                String value =
                        environment.getOrDefault(
                                tag.getEnvironment().getName(),
                                tag.getEnvironment().getDefaultValue());
                yield _ -> value;
            }
            case REQUEST_HEADER -> header(tag.getRequestHeader());
            case METADATA -> metadata(tag.getMetadata());
            default ->
                    throw new IllegalArgumentException(
                            "custom_tags: "
                                    + tag.getTag()
                                    + ": "
                                    + tag.getTypeCase()
                                    + " is not supported");
        };
    }

    private static Function<ExchangeRecord, @Nullable String> header(CustomTag.Header header) {
        String name = header.getName().toLowerCase(java.util.Locale.ROOT);
        String otherwise = header.getDefaultValue();
        return record -> {
            HeaderMap headers = record.requestHeaders;
            String value = headers == null ? null : headers.get(name);
            return value == null ? otherwise : value;
        };
    }

    private static Function<ExchangeRecord, @Nullable String> metadata(CustomTag.Metadata tag) {
        MetadataKey key = tag.getMetadataKey();
        Function<ExchangeRecord, @Nullable String> found =
                switch (tag.getKind().getKindCase()) {
                    case ROUTE -> record -> inTrees(record.routeMetadata, key);
                    case CLUSTER -> record -> inStructs(record.clusterMetadata, key);
                    default ->
                            throw new IllegalArgumentException(
                                    "custom_tags: metadata of kind "
                                            + tag.getKind().getKindCase()
                                            + " is not supported; use route or cluster");
                };
        return record -> {
            String value = found.apply(record);
            return value == null ? tag.getDefaultValue() : value;
        };
    }

    private static @Nullable String inTrees(
            @Nullable Map<String, Object> namespaces, MetadataKey key) {
        Object at = namespaces == null ? null : namespaces.get(key.getKey());
        for (MetadataKey.PathSegment segment : key.getPathList()) {
            at = at instanceof Map<?, ?> tree ? tree.get(segment.getKey()) : null;
        }
        return at == null ? null : MetadataText.of(at);
    }

    private static @Nullable String inStructs(@Nullable Metadata metadata, MetadataKey key) {
        if (metadata == null) {
            return null;
        }
        Value at =
                Value.newBuilder()
                        .setStructValue(
                                metadata.getFilterMetadataOrDefault(
                                        key.getKey(), Struct.getDefaultInstance()))
                        .build();
        for (MetadataKey.PathSegment segment : key.getPathList()) {
            Value next = at.getStructValue().getFieldsMap().get(segment.getKey());
            if (next == null) {
                return null;
            }
            at = next;
        }
        return at.hasNullValue() ? null : MetadataText.of(at);
    }
}
