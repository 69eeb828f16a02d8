package io.meltemi.proxy.observe.accesslog;

import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.PeerMetadata;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `%FILTER_STATE(KEY:FORM)%`: what filters keep for others. Immutable.
///
/// Istio: who calls and who is called is there twice, as a message (`downstream_peer`) and as an
/// object with fields (`downstream_peer_obj`). Beside that there is how many messages a gRPC call
/// has had, where `grpc_stats` says so.
final class FilterStateOperator {
    private static final String MESSAGE = "type.googleapis.com/google.protobuf.Struct";

    private FilterStateOperator() {}

    /// @throws IllegalArgumentException when the argument is wrong
    static Value create(String name, @Nullable String argument) {
        String[] parts = ArgumentOperators.needed(name, argument).split(":", -1);
        boolean known =
                parts.length == 1
                        || (parts.length == 2 && List.of("PLAIN", "TYPED").contains(parts[1]))
                        || (parts.length == 3 && parts[1].equals("FIELD"));
        if (!known || parts[0].isEmpty()) {
            throw wrong(
                    name, argument, "a key is expected, with PLAIN, TYPED or FIELD:NAME behind it");
        }
        if (name.equals("UPSTREAM_FILTER_STATE")) {
            return ofUpstream(name, argument, parts);
        }
        return switch (parts[0]) {
            case "downstream_peer" -> message(name, argument, parts, r -> r.downstreamPeer);
            case "upstream_peer" -> message(name, argument, parts, r -> r.upstreamPeer);
            case "downstream_peer_obj" -> object(parts, r -> r.downstreamPeer);
            case "upstream_peer_obj" -> object(parts, r -> r.upstreamPeer);
            case "envoy.filters.http.grpc_stats" -> messages(parts);
            default -> (_, _) -> false;
        };
    }

    /// Istio: of the upstream connection, which HTTP requests share, only TCP's tell.
    private static Value ofUpstream(String name, @Nullable String argument, String[] parts) {
        Function<ExchangeRecord, @Nullable PeerMetadata> peer =
                r -> r.isTcp ? r.upstreamPeer : null;
        return switch (parts[0]) {
            case "upstream_peer" -> message(name, argument, parts, peer);
            case "upstream_peer_obj" -> object(parts, peer);
            default -> (_, _) -> false;
        };
    }

    private static IllegalArgumentException wrong(
            String name, @Nullable String argument, String why) {
        return new IllegalArgumentException("%" + name + "(" + argument + ")%: " + why);
    }

    private static Value message(
            String name,
            @Nullable String argument,
            String[] parts,
            Function<ExchangeRecord, @Nullable PeerMetadata> peer) {
        String form = parts.length == 1 ? "TYPED" : parts[1];
        return switch (form) {
            case "TYPED" ->
                    tree(parts[0], peer, found -> Map.of("@type", MESSAGE, "value", found.tree()));
            case "PLAIN" ->
                    throw wrong(
                            name,
                            argument,
                            "that are bytes; use TYPED, or PLAIN of " + parts[0] + "_obj");
            // Envoy: a message has no fields.
            default -> (_, _) -> false;
        };
    }

    private static Value object(
            String[] parts, Function<ExchangeRecord, @Nullable PeerMetadata> peer) {
        String form = parts.length == 1 ? "TYPED" : parts[1];
        return switch (form) {
            case "TYPED" -> tree(parts[0], peer, PeerMetadata::tree);
            case "PLAIN" -> text(peer, PeerMetadata::text);
            default -> text(peer, found -> found.field(parts[2]));
        };
    }

    private static Value messages(String[] parts) {
        String form = parts.length == 1 ? "TYPED" : parts[1];
        return switch (form) {
            case "TYPED" ->
                    new GrpcMessages(
                            counts(parts[0], "requestMessageCount", "responseMessageCount"),
                            counts(parts[0], "request_message_count", "response_message_count"));
            case "PLAIN" ->
                    Operators.text(record ->
                            record.grpcRequestMessages == ExchangeRecord.NEVER
                                    ? null
                                    : record.grpcRequestMessages
                                            + ","
                                            + record.grpcResponseMessages);
            default -> (_, _) -> false;
        };
    }

    /// Envoy: in a JSON format the names are those of the message, and in a text those of its JSON.
    private record GrpcMessages(Value inText, Value inJson) implements Value {
        @Override
        public boolean write(ExchangeRecord record, LogBuffer out) {
            return inText.write(record, out);
        }

        @Override
        public boolean writeJson(ExchangeRecord record, LogBuffer out) {
            return inJson.writeJson(record, out);
        }
    }

    /// What is 0 is left out.
    private static Value counts(String key, String ofRequest, String ofResponse) {
        return new MetadataValue(
                List.of(key),
                (record, _) -> {
                    if (record.grpcRequestMessages == ExchangeRecord.NEVER) {
                        return null;
                    }
                    Map<String, Object> counts = new TreeMap<>();
                    if (record.grpcRequestMessages > 0) {
                        counts.put(ofRequest, Long.toString(record.grpcRequestMessages));
                    }
                    if (record.grpcResponseMessages > 0) {
                        counts.put(ofResponse, Long.toString(record.grpcResponseMessages));
                    }
                    return counts;
                });
    }

    private static Value tree(
            String key,
            Function<ExchangeRecord, @Nullable PeerMetadata> peer,
            Function<PeerMetadata, Map<String, Object>> tree) {
        return new MetadataValue(
                List.of(key),
                (record, _) -> {
                    PeerMetadata found = peer.apply(record);
                    return found == null ? null : tree.apply(found);
                });
    }

    private static Value text(
            Function<ExchangeRecord, @Nullable PeerMetadata> peer,
            Function<PeerMetadata, @Nullable String> text) {
        return Operators.text(record -> {
            PeerMetadata found = peer.apply(record);
            return found == null ? null : text.apply(found);
        });
    }
}
