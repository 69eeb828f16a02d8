package io.meltemi.testkit.differential;

import io.meltemi.fixtures.http.Header;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/// What came on the streams of one HTTP/2 connection, as lines that can be compared. Confined to
/// its connection.
final class Http2Messages {
    private static final Set<String> VARYING =
            Set.of("date", "x-request-id", "x-envoy-upstream-service-time", "x-forwarded-port");

    private final TreeMap<Integer, Stream> streams = new TreeMap<>();

    /// One stream. Confined to its connection.
    private static final class Stream {
        private final List<String> blocks = new ArrayList<>();
        private final StringBuilder data = new StringBuilder();
        private int blockCount;
        private boolean over;
        private String end = "";
    }

    /// Notes HEADERS, DATA and RST_STREAM.
    void take(Http2Wire wire, Http2Wire.Frame frame) throws IOException {
        Stream stream = streams.computeIfAbsent(frame.stream(), _ -> new Stream());
        switch (frame.type()) {
            case Http2Wire.HEADERS -> block(stream, wire.fields(frame));
            case Http2Wire.DATA ->
                    stream.data.append(new String(frame.payload(), StandardCharsets.ISO_8859_1));
            case Http2Wire.RST_STREAM -> {
                stream.over = true;
                stream.end += "reset " + Http2Wire.error(frame.number(0));
            }
            default -> {}
        }
        boolean mayEnd = frame.type() == Http2Wire.HEADERS || frame.type() == Http2Wire.DATA;
        if (mayEnd && frame.has(Http2Wire.END_STREAM)) {
            stream.over = true;
            stream.end = "end ";
        }
    }

    private static void block(Stream stream, List<Header> fields) {
        // Pseudo fields of a response or request tell a message from its trailers.
        String kind = fields.stream().anyMatch(f -> f.name().startsWith(":")) ? "" : "trailer ";
        List<String> lines = new ArrayList<>();
        for (Header field : fields) {
            lines.add(kind + field.name() + ": " + comparable(field));
        }
        lines.sort(null);
        stream.blocks.addAll(lines);
        stream.blockCount++;
    }

    private static String comparable(Header field) {
        if (field.name().equals("x-envoy-expected-rq-timeout-ms")
                || field.name().equals("grpc-timeout")) {
            return "SOME";
        }
        return VARYING.contains(field.name()) ? "VARIES" : field.value();
    }

    boolean isOver(int stream) {
        Stream known = streams.get(stream);
        return known != null && known.over;
    }

    /// Whoever reads has reset the stream: the rest of its message is not waited for.
    void end(int stream) {
        Stream known = streams.get(stream);
        if (known != null) {
            known.over = true;
        }
    }

    boolean allOver() {
        return streams.values().stream().allMatch(stream -> stream.over);
    }

    boolean hasHeaders(int stream) {
        Stream known = streams.get(stream);
        return known != null && known.blockCount > 0;
    }

    boolean hasData(int stream, String text) {
        Stream known = streams.get(stream);
        return known != null && known.data.indexOf(text) >= 0;
    }

    /// @param prefix before each line
    void tell(String prefix, boolean numbers, Consumer<String> lines) {
        streams.forEach((id, stream) -> {
            String place = prefix + (numbers ? " " + id : "") + " ";
            stream.blocks.forEach(line -> lines.accept(place + line));
            if (!stream.data.isEmpty()) {
                lines.accept(place + "data " + printable(stream.data));
            }
            lines.accept(place + (stream.over ? stream.end.strip() : "open"));
        });
    }

    private static String printable(StringBuilder data) {
        String text = data.toString().replace("\r", "\\r").replace("\n", "\\n");
        return text.length() <= 200 ? text.replaceAll("[^ -~]", "?") : text.length() + " bytes";
    }
}
