package io.meltemi.cli.load;

import java.util.LinkedHashMap;
import java.util.Map;

/// A request to send. Immutable.
public record Call(String method, String path, Map<String, String> headers, String body) {
    public Call {
        headers = Map.copyOf(headers);
    }

    public static Call get(String path) {
        return new Call("GET", path, Map.of(), "");
    }

    public static Call post(String path, String body) {
        return new Call("POST", path, Map.of(), body);
    }

    /// The same call with one more header.
    public Call with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Call(method, path, more, body);
    }
}
