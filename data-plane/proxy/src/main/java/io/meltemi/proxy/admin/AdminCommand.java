package io.meltemi.proxy.admin;

import java.util.List;
import java.util.function.Function;

/// One path of the admin endpoint. Immutable.
///
/// @param changes whether it changes something, so that it must be asked by POST
/// @param about what it does, for `/help`
public record AdminCommand(
        String path,
        boolean changes,
        String about,
        List<Parameter> parameters,
        Function<AdminRequest, AdminReply> handler) {
    public AdminCommand {
        parameters = List.copyOf(parameters);
    }

    /// One parameter of a path, for `/help`. Immutable.
    public record Parameter(String name, String about) {}

    public static AdminCommand shows(
            String path,
            String about,
            Function<AdminRequest, AdminReply> handler,
            Parameter... parameters) {
        return new AdminCommand(path, false, about, List.of(parameters), handler);
    }

    public static AdminCommand changes(
            String path,
            String about,
            Function<AdminRequest, AdminReply> handler,
            Parameter... parameters) {
        return new AdminCommand(path, true, about, List.of(parameters), handler);
    }
}
