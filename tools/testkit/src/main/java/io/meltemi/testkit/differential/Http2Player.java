package io.meltemi.testkit.differential;

import static io.meltemi.testkit.differential.CaseReader.list;
import static io.meltemi.testkit.differential.CaseReader.map;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// An HTTP/2 client that sends the frames of a case, one after the other. Confined to its test.
///
/// ```yaml
/// http2:
/// - {settings: {4: 10}}                          # before the first other step; else none are sent
/// - {request: GET /a, on: 1, more: ["te: trailers"], end: true}
/// - {headers: [":method: GET"], on: 1}           # just these; `continuations: 3` cuts them
/// - {data: abc, on: 1, end: true}                # or `bytes: 70000`
/// - {reset: 8, on: 1}                            # also `window: 100`, `ping: 3`, `goaway: 0`
/// - {frame: 2, flags: 0, on: 1, payload: "00"}   # any other; `pad: "90", pads: 100` follow the payload
/// - {await: 1}                                   # the stream's end; `headers`, `text: abc`, or await: end
/// ```
///
/// `times: 100` repeats a step; `step: 2` moves its stream on each time. `{burst: [...], times:
/// 100}` writes all of its steps at once.
final class Http2Player {
    private final Http2Wire wire;
    private final String name;
    private final Http2Messages messages = new Http2Messages();
    private final List<String> ends = new ArrayList<>();
    private boolean ended;
    private boolean started;

    Http2Player(int number, Socket socket) throws IOException {
        this.name = Integer.toString(number);
        this.wire = new Http2Wire(socket.getInputStream(), socket.getOutputStream());
    }

    void play(List<Object> steps, Consumer<String> lines) throws IOException {
        wire.preface();
        try {
            for (Object step : steps) {
                try {
                    play(map(step));
                } catch (SocketTimeoutException _) {
                    List<String> sofar = new ArrayList<>();
                    messages.tell(name, true, sofar::add);
                    throw new SocketTimeoutException(step + " came to nothing after " + sofar);
                } catch (IOException _) {
                    // The proxy has closed the connection: what it said before is still to be read.
                    readAll();
                }
            }
        } finally {
            messages.tell(name, true, lines);
            ends.forEach(lines);
        }
    }

    private void play(Map<String, Object> step) throws IOException {
        if (!started) {
            started = true;
            wire.settings(settings(step.getOrDefault("settings", Map.of())));
            if (step.containsKey("settings")) {
                return;
            }
        }
        Object awaited = step.get("await");
        if (awaited != null) {
            await(awaited, step);
            return;
        }
        int times = (Integer) step.getOrDefault("times", 1);
        int move = (Integer) step.getOrDefault("step", 0);
        int stream = (Integer) step.getOrDefault("on", 0);
        if (step.containsKey("burst")) {
            burst(step, times, move);
            return;
        }
        for (int i = 0; i < times; i++) {
            send(step, stream + i * move);
        }
    }

    private void burst(Map<String, Object> step, int times, int move) throws IOException {
        wire.hold();
        for (int i = 0; i < times; i++) {
            for (Object each : list(step.get("burst"))) {
                Map<String, Object> sent = map(each);
                send(sent, (Integer) sent.getOrDefault("on", 0) + i * move);
            }
        }
        wire.release();
    }

    private static Map<Integer, Integer> settings(Object node) {
        Map<Integer, Integer> values = new LinkedHashMap<>();
        map(node).forEach((id, value) -> values.put(Integer.valueOf(id), (Integer) value));
        return values;
    }

    private void send(Map<String, Object> step, int stream) throws IOException {
        boolean end = Boolean.TRUE.equals(step.get("end"));
        if (step.get("request") instanceof String line) {
            headers(stream, request(line, step), end, step);
        } else if (step.containsKey("headers")) {
            List<String> fields = texts(step.get("headers"));
            headers(stream, fields, end, step);
        } else if (step.containsKey("data")) {
            wire.data(stream, step.get("data").toString(), end);
        } else if (step.get("bytes") instanceof Integer count) {
            for (int left = count; left > 0; left -= 16_384) {
                wire.data(stream, "x".repeat(Math.min(left, 16_384)), end && left <= 16_384);
            }
        } else if (step.get("reset") instanceof Integer code) {
            wire.writeNumber(Http2Wire.RST_STREAM, stream, code);
        } else if (step.get("window") instanceof Integer more) {
            wire.writeNumber(Http2Wire.WINDOW_UPDATE, stream, more);
        } else if (step.get("ping") instanceof Integer) {
            wire.write(Http2Wire.PING, 0, 0, new byte[8]);
        } else if (step.get("goaway") instanceof Integer code) {
            wire.goAway(0, code);
        } else if (step.containsKey("settings")) {
            wire.settings(settings(step.get("settings")));
        } else if (step.get("frame") instanceof Integer type) {
            String text = step.getOrDefault("payload", "").toString();
            String pad = step.getOrDefault("pad", "").toString();
            byte[] payload =
                    HexFormat.of()
                            .parseHex(text + pad.repeat((Integer) step.getOrDefault("pads", 0)));
            wire.write(type, (Integer) step.getOrDefault("flags", 0), stream, payload);
        }
    }

    private static List<String> texts(Object node) {
        return list(node).stream().map(Object::toString).toList();
    }

    private static List<String> request(String line, Map<String, Object> step) {
        String[] parts = line.split(" ", 2);
        List<String> fields = new ArrayList<>();
        fields.add(":method: " + parts[0]);
        fields.add(":scheme: http");
        fields.add(":authority: " + step.getOrDefault("host", "test"));
        fields.add(":path: " + parts[1]);
        fields.addAll(texts(step.getOrDefault("more", List.of())));
        int padding = (Integer) step.getOrDefault("padding", 0);
        if (padding > 0) {
            fields.add("x-padding: " + "p".repeat(padding));
        }
        for (int i = (Integer) step.getOrDefault("fields", 0); i > 0; i--) {
            fields.add("x-" + i + ": v");
        }
        return fields;
    }

    private void headers(int stream, List<String> fields, boolean end, Map<String, Object> step)
            throws IOException {
        int cuts = (Integer) step.getOrDefault("continuations", 0);
        byte[] block = wire.block(stream, fields);
        if (cuts == 0 && block.length <= 16_384) {
            int flags = Http2Wire.END_HEADERS | (end ? Http2Wire.END_STREAM : 0);
            wire.write(Http2Wire.HEADERS, flags, stream, block);
            return;
        }
        int size = cuts == 0 ? 16_384 : Math.max(1, block.length / (cuts + 1));
        ByteBuffer left = ByteBuffer.wrap(block);
        int type = Http2Wire.HEADERS;
        int flags = end ? Http2Wire.END_STREAM : 0;
        while (left.hasRemaining()) {
            byte[] piece = new byte[Math.min(size, left.remaining())];
            left.get(piece);
            int last = left.hasRemaining() ? 0 : Http2Wire.END_HEADERS;
            wire.write(type, flags | last, stream, piece);
            type = Http2Wire.CONTINUATION;
            flags = 0;
        }
    }

    private void await(Object awaited, Map<String, Object> step) throws IOException {
        while (!ended && !isThere(awaited, step)) {
            read();
        }
    }

    private boolean isThere(Object awaited, Map<String, Object> step) {
        if (!(awaited instanceof Integer stream)) {
            return awaited.equals("goaway") && !ends.isEmpty();
        }
        if (step.containsKey("headers")) {
            return messages.hasHeaders(stream) || messages.isOver(stream);
        }
        return messages.isOver(stream)
                || (step.get("text") instanceof String text && messages.hasData(stream, text));
    }

    private void readAll() throws IOException {
        try {
            while (!ended) {
                read();
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException _) {
            end();
        }
    }

    private void end() {
        if (!ended) {
            ended = true;
            ends.add(name + " end");
        }
    }

    private void read() throws IOException {
        Optional<Http2Wire.Frame> next;
        try {
            next = wire.read();
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException _) {
            // A reset and an end are the same news.
            next = Optional.empty();
        }
        if (next.isEmpty()) {
            end();
            return;
        }
        Http2Wire.Frame frame = next.get();
        switch (frame.type()) {
            case Http2Wire.HEADERS, Http2Wire.DATA, Http2Wire.RST_STREAM ->
                    messages.take(wire, frame);
            // SETTINGS stay without an answer: one that meets a closed connection would reset it,
            // and what the proxy said last would be lost.
            case Http2Wire.GOAWAY -> ends.add(name + " goaway " + Http2Wire.error(frame.number(4)));
            default -> {}
        }
    }
}
