package io.meltemi.proxy.admin;

/// What the admin endpoint answers. Immutable.
public record AdminReply(int status, String contentType, String body) {
    private static final String TEXT = "text/plain; charset=UTF-8";

    public static AdminReply ok() {
        return text(200, "OK\n");
    }

    public static AdminReply text(String body) {
        return text(200, body);
    }

    public static AdminReply text(int status, String body) {
        return new AdminReply(status, TEXT, body);
    }

    public static AdminReply html(String body) {
        return new AdminReply(200, "text/html; charset=UTF-8", body);
    }

    public static AdminReply json(String body) {
        return new AdminReply(200, "application/json", body);
    }
}
