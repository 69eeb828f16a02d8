@NullMarked
package io.meltemi.proxy.observe.accesslog.als;

import org.jspecify.annotations.NullMarked;
