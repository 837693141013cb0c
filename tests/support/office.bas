' Opens workbook after workbook and saves each in another format, so that LibreOffice starts once for many of them.
' A job is a file of three lines: the URL of the workbook, the URL of the result, and the name of the filter.
Sub Serve(folder)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  Dim how(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  how(0).Name = "FilterName"
  idle = 0
  Do While idle < 6000 ' two minutes after the last job, whatever became of the tests, it ends
    idle = idle + 1
    If FileExists(folder & "/job") Then
      idle = 0
      Open folder & "/job" For Input As #1
      Line Input #1, workbook
      Line Input #1, result
      Line Input #1, filter
      Close #1
      Kill folder & "/job"
      said = Converted(workbook, result, filter, hidden(), how())
      Open folder & "/answer.new" For Output As #1
      Print #1, said
      Close #1
      Name folder & "/answer.new" As folder & "/answer"
    End If
    Wait 20
  Loop
End Sub

Function Converted(workbook, result, filter, hidden, how)
  On Error Goto Trouble
  Converted = "done"
  how(0).Value = filter
  document = StarDesktop.loadComponentFromURL(workbook, "_blank", 0, hidden)
  document.storeToURL(result, how)
  document.close(True)
  Exit Function
Trouble:
  Converted = Error
  On Error Resume Next
  document.close(True)
End Function
