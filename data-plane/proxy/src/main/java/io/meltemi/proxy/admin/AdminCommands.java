package io.meltemi.proxy.admin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// All paths of the admin endpoint, and the pages that list them. Immutable.
///
/// Envoy: a path that changes something is refused by 405 unless it is asked by POST; one that
/// shows something is answered whatever the method is.
public final class AdminCommands {
    private final Map<String, AdminCommand> byPath = new TreeMap<>();

    public AdminCommands(Collection<AdminCommand> commands) {
        List<AdminCommand> all = new ArrayList<>(commands);
        all.add(AdminCommand.shows("/", "Admin home page", _ -> AdminReply.html(home())));
        all.add(
                AdminCommand.shows(
                        "/help",
                        "print out list of admin commands",
                        _ -> AdminReply.text("admin commands are:\n" + list())));
        all.forEach(command -> byPath.put(command.path(), command));
    }

    /// Answers one question.
    public AdminReply reply(AdminRequest request) {
        AdminCommand command = byPath.get(request.path());
        if (command == null) {
            return AdminReply.text(404, "invalid path. admin commands are:\n" + list());
        }
        if (command.changes() && !request.method().equals("POST")) {
            return AdminReply.text(
                    405, "Method " + request.method() + " not allowed, POST required.");
        }
        return command.handler().apply(request);
    }

    private String list() {
        StringBuilder out = new StringBuilder();
        for (AdminCommand command : byPath.values()) {
            out.append("  ").append(command.path()).append(command.changes() ? " (POST)" : "");
            out.append(": ").append(command.about()).append('\n');
            for (AdminCommand.Parameter parameter : command.parameters()) {
                out.append("      ").append(parameter.name()).append(": ");
                out.append(parameter.about()).append('\n');
            }
        }
        return out.toString();
    }

    private String home() {
        StringBuilder rows = new StringBuilder();
        for (AdminCommand command : byPath.values()) {
            String path = command.path();
            rows.append("<tr><td>");
            if (command.changes()) {
                rows.append("<form action='").append(path.substring(1));
                rows.append("' method='post'><button>").append(path.substring(1));
                rows.append("</button></form>");
            } else {
                rows.append("<a href='").append(path.substring(1)).append("'>");
                rows.append(path.equals("/") ? "/" : path.substring(1)).append("</a>");
            }
            rows.append("</td><td>").append(command.about()).append("</td></tr>\n");
        }
        return "<!DOCTYPE html>\n<html lang='en'>\n<head><title>Meltemi Admin</title></head>\n"
                + "<body>\n<table>\n"
                + rows
                + "</table>\n</body>\n</html>\n";
    }
}
