package io.meltemi.proxy.admin;

/// What the admin endpoint answers. Immutable.
public record AdminReply(int status, String contentType, String body) {
    public static AdminReply text(int status, String body) {
        return new AdminReply(status, "text/plain; charset=UTF-8", body);
    }

    public static AdminReply json(String body) {
        return new AdminReply(200, "application/json", body);
    }
}
