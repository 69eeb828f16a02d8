/// Access logs: compiled formats, filters, files and streams.
@NullMarked
package io.meltemi.proxy.observe.accesslog;

import org.jspecify.annotations.NullMarked;
