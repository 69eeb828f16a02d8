package io.meltemi.proxy.decide.rewrite;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.match.DecimalNumber;
import io.meltemi.proxy.decide.match.MetadataMatch;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.ExchangeRecord;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A header value with `%COMMANDS%`, compiled. Immutable.
///
/// Envoy: what has no value becomes empty text; `%%` is a percent sign.
public record HeaderTemplate(List<Part> parts) {
    /// A piece of the value.
    public sealed interface Part {}

    public record Literal(String text) implements Part {}

    /// @param other the header taken when the first is absent; null: none
    /// @param most characters kept
    public record OfHeader(boolean fromRequest, String name, @Nullable String other, int most)
            implements Part {}

    /// A value of dynamic metadata, as text.
    public record OfMetadata(String namespace, List<String> path) implements Part {}

    /// A command that logs have, too.
    public record Operator(String command, RecordText text) implements Part {}

    /// What a command says of an exchange; null when it has no value.
    @FunctionalInterface
    public interface RecordText {
        @Nullable String text(ExchangeRecord record);
    }

    /// Where commands are looked up that are not known here.
    @FunctionalInterface
    public interface Operators {
        /// @throws IllegalArgumentException when there is no such command
        RecordText of(String command);
    }

    /// A command without an argument.
    public enum Fact implements Part {
        DOWNSTREAM_REMOTE_ADDRESS,
        DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT,
        DOWNSTREAM_DIRECT_REMOTE_ADDRESS,
        DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT,
        DOWNSTREAM_LOCAL_ADDRESS,
        DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT,
        DOWNSTREAM_LOCAL_PORT,
        DOWNSTREAM_PEER_URI_SAN,
        REQUESTED_SERVER_NAME,
        PROTOCOL,
        ROUTE_NAME,
        UPSTREAM_CLUSTER,
        UPSTREAM_REMOTE_ADDRESS,
        UPSTREAM_HOST
    }

    public HeaderTemplate {
        parts = List.copyOf(parts);
    }

    /// @throws IllegalArgumentException naming the command that is not known or not closed
    public static HeaderTemplate parse(String text, Operators operators) {
        List<Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '%') {
                literal.append(text.charAt(i));
                continue;
            }
            int close = end(text, i + 1);
            if (close < 0) {
                throw new IllegalArgumentException(
                        "'" + text + "': % without a second one; write %% for a percent sign");
            }
            if (close == i + 1) {
                literal.append('%');
            } else {
                if (!literal.isEmpty()) {
                    parts.add(new Literal(literal.toString()));
                    literal.setLength(0);
                }
                parts.add(command(text.substring(i + 1, close), operators));
            }
            i = close;
        }
        if (!literal.isEmpty() || parts.isEmpty()) {
            parts.add(new Literal(literal.toString()));
        }
        return new HeaderTemplate(parts);
    }

    /// Where a command ends: at the next per cent sign, or the one behind its brackets, for a time
    /// format in them holds some of its own. Negative when there is none.
    private static int end(String text, int from) {
        int next = text.indexOf('%', from);
        int open = text.indexOf('(', from);
        if (open < 0 || open > next) {
            return next;
        }
        for (int i = text.indexOf(')', open); i >= 0; i = text.indexOf(')', i + 1)) {
            int after = i + 1;
            if (after < text.length() && text.charAt(after) == ':') {
                after++;
                while (after < text.length() && Character.isDigit(text.charAt(after))) {
                    after++;
                }
            }
            if (after < text.length() && text.charAt(after) == '%') {
                return after;
            }
        }
        return -1;
    }

    private static Part command(String command, Operators operators) {
        int open = command.indexOf('(');
        int close = command.lastIndexOf(')');
        if (open < 0) {
            for (Fact fact : Fact.values()) {
                if (fact.name().equals(command)) {
                    return fact;
                }
            }
        } else if (close > open) {
            String argument = command.substring(open + 1, close);
            int most = most(command.substring(close + 1));
            switch (command.substring(0, open)) {
                case "REQ" -> {
                    return header(true, argument, most);
                }
                case "RESP" -> {
                    return header(false, argument, most);
                }
                case "DYNAMIC_METADATA" -> {
                    List<String> path = List.of(argument.split(":", -1));
                    return new OfMetadata(path.getFirst(), path.subList(1, path.size()));
                }
                default -> {}
            }
        }
        try {
            return new Operator(command, operators.of(command));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%" + command + "%: this command is not supported in header values", e);
        }
    }

    private static int most(String length) {
        if (length.isEmpty()) {
            return Integer.MAX_VALUE;
        }
        int most = length.startsWith(":") ? DecimalNumber.of(length.substring(1)) : -1;
        if (most < 0) {
            throw new IllegalArgumentException("'" + length + "' is no length like :10");
        }
        return most;
    }

    private static OfHeader header(boolean fromRequest, String argument, int most) {
        String[] names = argument.toLowerCase(Locale.ROOT).split("\\?", 2);
        return new OfHeader(fromRequest, names[0], names.length > 1 ? names[1] : null, most);
    }

    /// The value for a request; a template that is all text is returned as it is.
    public String format(RequestFacts facts, @Nullable HeaderMap response) {
        if (parts.size() == 1) {
            return text(parts.getFirst(), facts, response);
        }
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            value.append(text(parts.get(i), facts, response));
        }
        return value.toString();
    }

    private static String text(Part part, RequestFacts facts, @Nullable HeaderMap response) {
        String text =
                switch (part) {
                    case Literal(String literal) -> literal;
                    case OfHeader header ->
                            value(header, header.fromRequest ? facts.requestHeaders() : response);
                    case OfMetadata(String namespace, List<String> path) -> {
                        Object value = MetadataMatch.lookUp(facts.dynamicMetadata(namespace), path);
                        yield value == null ? null : value.toString();
                    }
                    case Fact fact -> value(fact, facts);
                    case Operator(_, RecordText of) -> {
                        ExchangeRecord record = facts.record();
                        yield record == null ? null : of.text(record);
                    }
                };
        return text == null ? "" : text;
    }

    private static @Nullable String value(OfHeader header, @Nullable HeaderMap headers) {
        if (headers == null) {
            return null;
        }
        String value = headers.get(header.name);
        if (value == null && header.other != null) {
            value = headers.get(header.other);
        }
        return value == null || value.length() <= header.most
                ? value
                : value.substring(0, header.most);
    }

    private static @Nullable String value(Fact fact, RequestFacts facts) {
        return switch (fact) {
            case DOWNSTREAM_REMOTE_ADDRESS -> withPort(facts.downstreamRemoteAddress());
            case DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT -> address(facts.downstreamRemoteAddress());
            case DOWNSTREAM_DIRECT_REMOTE_ADDRESS ->
                    withPort(facts.downstreamDirectRemoteAddress());
            case DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT ->
                    address(facts.downstreamDirectRemoteAddress());
            case DOWNSTREAM_LOCAL_ADDRESS -> withPort(facts.downstreamLocalAddress());
            case DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT -> address(facts.downstreamLocalAddress());
            case DOWNSTREAM_LOCAL_PORT ->
                    Integer.toString(facts.downstreamLocalAddress().getPort());
            case DOWNSTREAM_PEER_URI_SAN -> facts.peerUri();
            case REQUESTED_SERVER_NAME -> facts.requestedServerName();
            case PROTOCOL -> facts.protocol();
            case ROUTE_NAME -> {
                Route route = facts.route();
                yield route == null ? null : route.name();
            }
            case UPSTREAM_CLUSTER -> facts.upstreamCluster();
            case UPSTREAM_REMOTE_ADDRESS, UPSTREAM_HOST -> facts.upstreamHost();
        };
    }

    public static String address(InetSocketAddress address) {
        return address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
    }

    private static String withPort(InetSocketAddress address) {
        String host = address(address);
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
