package io.meltemi.proxy.filter.statefulsession;

import io.meltemi.proxy.http.HeaderMap;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// A session kept in a header, as the base64 of an address. Immutable.
///
/// @param name in lower case
record HeaderSession(String name) implements SessionState {
    @Override
    public boolean concerns(HeaderMap request) {
        return true;
    }

    @Override
    public @Nullable String address(HeaderMap request) {
        String value = request.get(name);
        byte[] decoded = value == null ? null : Base64Text.decode(value);
        return decoded == null || decoded.length == 0
                ? null
                : new String(decoded, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void tell(String address, HeaderMap response) {
        byte[] bytes = address.getBytes(StandardCharsets.ISO_8859_1);
        response.set(name, Base64.getEncoder().encodeToString(bytes));
    }
}
