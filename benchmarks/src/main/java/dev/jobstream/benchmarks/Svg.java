package dev.jobstream.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Draws plots that can be read on a light and on a dark page. */
final class Svg {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 340;
    private static final int LEFT = 70;
    private static final int RIGHT = 130;
    private static final int TOP = 44;
    private static final int BOTTOM = 50;
    private static final int TICKS = 5;
    private static final int BAR = 26;

    private static final List<String> ON_LIGHT = List.of("#0969da", "#8250df", "#bf3989", "#9a6700", "#1a7f37");
    private static final List<String> ON_DARK = List.of("#58a6ff", "#bc8cff", "#ff7eb6", "#e3b341", "#56d364");

    /** The page's own colours are not known here; the reader's preference is. */
    private static final String STYLE = "<style>\n"
            + "text { font: 12px system-ui, sans-serif }\n"
            + ".title { font-weight: 600; font-size: 14px }\n"
            + ".line { fill: none; stroke-width: 2 }\n"
            + colours("#1f2328", ON_LIGHT)
            + "@media (prefers-color-scheme: dark) {\n"
            + colours("#e6edf3", ON_DARK)
            + "}\n</style>\n";

    private Svg() {}

    private static String colours(String ink, List<String> colours) {
        StringBuilder style = new StringBuilder();
        add(style, "text { fill: %s }", ink);
        add(style, ".grid { stroke: %s; stroke-opacity: 0.2 }", ink);
        for (int i = 0; i < colours.size(); i++) {
            String colour = colours.get(i);
            add(style, ".c%d .line { stroke: %s }", i, colour);
            add(style, ".c%d .mark { fill: %s }", i, colour);
        }
        return style.toString();
    }

    /** A place on a line. */
    record Place(double x, double y) {}

    /**
     * A line for each name, over a logarithmic x and from zero.
     *
     * @param lines their places by rising x; at least one line with one place
     */
    static String lines(String title, String xLabel, Map<String, List<Place>> lines) {
        TreeSet<Double> xs = new TreeSet<>();
        double most = 0;
        for (List<Place> places : lines.values()) {
            for (Place place : places) {
                xs.add(place.x);
                most = Math.max(most, place.y);
            }
        }
        double step = step(most);
        double top = Math.max(step, Math.ceil(most / step) * step);
        double low = Math.log(xs.first());
        double span = Math.max(1e-9, Math.log(xs.last()) - low);
        StringBuilder svg = begin(title, HEIGHT);
        for (int tick = 0; tick * step <= top * 1.0001; tick++) {
            double y = y(tick * step, top);
            add(svg, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, WIDTH - RIGHT, y, y);
            text(svg, "", LEFT - 8, y + 4, "end", Report.number(tick * step));
        }
        for (double x : xs) {
            text(svg, "", x(x, low, span), HEIGHT - BOTTOM + 18, "middle", Report.number(x));
        }
        text(svg, "", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, "middle", xLabel);
        List<Double> taken = new ArrayList<>();
        int colour = 0;
        for (Map.Entry<String, List<Place>> line : lines.entrySet()) {
            StringBuilder points = new StringBuilder();
            Place last = line.getValue().get(line.getValue().size() - 1);
            add(svg, "<g class=\"c%d\">", colour++ % ON_LIGHT.size());
            for (Place place : line.getValue()) {
                double x = x(place.x, low, span);
                double y = y(place.y, top);
                points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
                add(svg, "<circle class=\"mark\" r=\"3\" cx=\"%.1f\" cy=\"%.1f\"/>", x, y);
            }
            add(
                    svg,
                    "<polyline class=\"line\" points=\"%s\"/>",
                    points.toString().trim());
            text(svg, "mark", x(last.x, low, span) + 8, free(y(last.y, top) + 4, taken), "start", line.getKey());
            svg.append("</g>\n");
        }
        return svg.append("</svg>\n").toString();
    }

    /**
     * A bar for each name.
     *
     * @param colours after how many bars the colours begin again; at least 1
     */
    static String bars(String title, Map<String, Double> bars, int colours) {
        double most = bars.values().stream().mapToDouble(bar -> bar).max().orElse(1);
        StringBuilder svg = begin(title, TOP + bars.size() * BAR + 10);
        int at = 0;
        for (Map.Entry<String, Double> bar : bars.entrySet()) {
            int y = TOP + at * BAR;
            double width = Math.max(1, (WIDTH - 250) * bar.getValue() / Math.max(most, 1e-9));
            text(svg, "", 120, y + 15, "end", bar.getKey());
            add(
                    svg,
                    "<g class=\"c%d\"><rect class=\"mark\" x=\"130\" y=\"%d\" width=\"%.1f\" height=\"%d\"/></g>",
                    at++ % Math.min(colours, ON_LIGHT.size()),
                    y,
                    width,
                    BAR - 8);
            text(svg, "", 138 + width, y + 15, "start", Report.number(bar.getValue()));
        }
        return svg.append("</svg>\n").toString();
    }

    private static StringBuilder begin(String title, int height) {
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                WIDTH,
                height,
                title);
        svg.append(STYLE);
        text(svg, "title", 12, 22, "start", title);
        return svg;
    }

    private static void text(StringBuilder svg, String kind, double x, double y, String anchor, String text) {
        add(
                svg,
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
                kind,
                x,
                y,
                anchor,
                text.replace("&", "&amp;").replace("<", "&lt;"));
    }

    private static void add(StringBuilder svg, String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    /** A height for a name at which there is no other. */
    private static double free(double wanted, List<Double> taken) {
        double y = wanted;
        while (true) {
            double candidate = y;
            if (taken.stream().noneMatch(other -> Math.abs(other - candidate) < 13)) {
                taken.add(y);
                return y;
            }
            y -= 13;
        }
    }

    private static double x(double value, double low, double span) {
        return LEFT + (Math.log(value) - low) / span * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double value, double top) {
        return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM);
    }

    /** 1, 2 or 5 times a power of ten, so that there are some five ticks. */
    private static double step(double most) {
        double rough = Math.max(most, 1e-6) / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double part = rough / power;
        return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
    }
}
