package dev.jobstream.conformance;

import dev.jobstream.conformance.Result.Outcome;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Results as the XML that CI servers read: a test suite for each section. */
final class JunitReport {

    private JunitReport() {}

    static void write(Path file, List<Result> results) throws IOException {
        try (Writer out = Files.newBufferedWriter(file)) {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(out);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuites");
            for (Section section : Suite.SECTIONS) {
                List<Result> own = results.stream()
                        .filter(result -> result.section().equals(section))
                        .toList();
                if (!own.isEmpty()) {
                    suite(xml, section, own);
                }
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }

    private static void suite(XMLStreamWriter xml, Section section, List<Result> results) throws XMLStreamException {
        xml.writeStartElement("testsuite");
        String number = results.get(0).number();
        xml.writeAttribute("name", number.substring(0, number.indexOf('.')) + " " + section.title());
        xml.writeAttribute("tests", String.valueOf(results.size()));
        xml.writeAttribute("failures", String.valueOf(Report.count(results, Outcome.FAILED)));
        xml.writeAttribute("errors", "0");
        xml.writeAttribute("skipped", String.valueOf(Report.count(results, Outcome.SKIPPED)));
        xml.writeAttribute("time", seconds(results.stream().map(Result::time).reduce(Duration.ZERO, Duration::plus)));
        for (Result result : results) {
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", section.title());
            xml.writeAttribute("name", result.number() + " " + result.check().title());
            xml.writeAttribute("time", seconds(result.time()));
            if (result.outcome() != Outcome.PASSED) {
                xml.writeStartElement(result.outcome() == Outcome.FAILED ? "failure" : "skipped");
                xml.writeAttribute("message", result.detail());
                xml.writeCharacters(result.check().rule());
                xml.writeEndElement();
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.3f", time.toMillis() / 1_000.0);
    }
}
