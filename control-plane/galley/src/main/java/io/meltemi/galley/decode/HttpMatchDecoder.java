package io.meltemi.galley.decode;

import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.StringMatch;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Reads one entry under `match` of an HTTP route. Immutable.
final class HttpMatchDecoder {
    private HttpMatchDecoder() {}

    static HttpMatchRequest decode(ObjectReader match) {
        return new HttpMatchRequest(
                match.string("name").filter(n -> !n.isEmpty()),
                match.object("uri", StringMatchDecoder::decode),
                match.bool("ignoreUriCase").orElse(false),
                match.object("scheme", StringMatchDecoder::decode),
                match.object("method", StringMatchDecoder::decode),
                match.object("authority", StringMatchDecoder::decode),
                headers(match, "headers"),
                headers(match, "withoutHeaders"),
                match.map("queryParams", StringMatchDecoder::decode),
                match.integer("port"),
                match.stringMap("sourceLabels"),
                match.string("sourceNamespace").filter(n -> !n.isEmpty()),
                match.strings("gateways"),
                match.string("statPrefix").filter(p -> !p.isEmpty()));
    }

    private static Map<String, StringMatch> headers(ObjectReader match, String field) {
        Map<String, StringMatch> headers = new TreeMap<>();
        match.map(field, StringMatchDecoder::decode)
                .forEach((name, value) ->
                        headers.put(
                                HttpMatchRequest.isClaim(name)
                                        ? name
                                        : name.toLowerCase(Locale.ROOT),
                                value));
        return headers;
    }
}
